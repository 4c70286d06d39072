/// The Dynamic Host Configuration Protocol for IPv6 (RFC 8415) and its options.
///
/// Messages and options that hold options are read one level at a time, so that no nesting makes a reader recurse: a
/// relayed message is an option's octets until somebody reads them as a message. See ``MessageView`` for what a server
/// reads without copying, ``Message`` for what one keeps and changes.
public enum DHCPv6 {
    /// The UDP port that servers and relay agents listen at.
    public static let serverPort: UInt16 = 547

    /// The UDP port that clients listen at.
    public static let clientPort: UInt16 = 546
}
