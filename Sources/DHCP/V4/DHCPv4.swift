/// The Dynamic Host Configuration Protocol for IPv4 (RFC 2131) and its options (RFC 2132 and many after it).
///
/// A server reads through a ``MessageView``, which copies nothing; who wants to keep or change a message takes a
/// ``Message``. Each option is a type that conforms to ``Option``; one that has no type passes through as octets.
public enum DHCPv4 {
    /// The UDP port that servers and relay agents listen at.
    public static let serverPort: UInt16 = 67

    /// The UDP port that clients listen at.
    public static let clientPort: UInt16 = 68
}
