/// One frame of a capture file.
public struct CapturedFrame: Hashable, Sendable {
    /// Which of the file's interfaces it came on; 0 in a pcap file.
    public var interface: Int
    /// Nanoseconds since 1970.
    public var timestamp: UInt64
    /// The octets on the link, of which `octets` may be the first few only.
    public var originalLength: Int
    public var octets: [UInt8]

    public init(interface: Int = 0, timestamp: UInt64, originalLength: Int? = nil, octets: [UInt8]) {
        (self.interface, self.timestamp, self.octets) = (interface, timestamp, octets)
        self.originalLength = originalLength ?? octets.count
    }
}

/// An interface that frames of a capture file came on.
public struct CaptureInterface: Hashable, Sendable {
    public var linkType: LinkType
    /// The most octets of a frame that were kept; 0 for no limit.
    public var snapLength: Int
    public var name: String?
    /// Frames that the capturing machine received and lost, if the file says so.
    public var received: UInt64?
    public var dropped: UInt64?

    public init(linkType: LinkType = .ethernet, snapLength: Int = 262_144, name: String? = nil) {
        (self.linkType, self.snapLength, self.name) = (linkType, snapLength, name)
    }
}

/// Why a capture file was refused.
public enum CaptureError: Error, Equatable, Sendable {
    /// It is neither pcap nor pcapng.
    case unknownFormat
    /// The file ends inside of what begins at this offset.
    case truncated(offset: Int)
    /// What begins at this offset breaks a rule of the format.
    case malformed(offset: Int, reason: String)
}

/// The limits that a reader keeps, whatever a file claims.
public enum CaptureLimit {
    /// The longest frame, and the longest block.
    public static let frameSize = 1 << 20
    /// The most interfaces of a section.
    public static let interfaces = 4096
}
