/// Neighbor Discovery for IPv6 (RFC 4861) and the options that came after it.
///
/// A ``Message`` is a whole ICMPv6 message. That its hop limit was 255, which keeps strangers out, is for whoever
/// received it to see (RFC 4861, 3.1).
public enum NDP {
    /// The hop limit that every message is sent with, and must arrive with.
    public static let hopLimit: UInt8 = 255
}

extension Layer {
    /// A Neighbor Discovery message.
    public static var ndp: Layer { Layer("Neighbor Discovery") }

    /// An option's type, length and value.
    public static var ndpOption: Layer { Layer("Neighbor Discovery option") }
}
