import Link
import SystemPackage

/// A capture file being written.
final class CaptureOutput {
    private let path: String
    private let file: FileDescriptor
    private var writer: CaptureWriter
    private var interfaces: [CaptureInterface]
    private let isPlain: Bool
    private var octets: [UInt8] = []

    /// Makes the file, or empties it.
    init(path: String, interfaces: [CaptureInterface]) throws(Failure) {
        let isPlain = path.hasSuffix(".pcap")
        guard !isPlain || interfaces.count == 1 else {
            throw Failure(
                .usage, "\(path): frames of \(interfaces.count) interfaces fit no pcap file; end the name in .pcapng")
        }
        guard interfaces.count <= CaptureLimit.interfaces else {
            throw Failure(.usage, "\(path): no file holds frames of \(interfaces.count) interfaces")
        }
        (self.path, self.interfaces, self.isPlain) = (path, interfaces, isPlain)
        writer = CaptureWriter(isPlain ? .pcap : .pcapng, interfaces: interfaces)
        do {
            // Whoever may read others' traffic is for the owner to say.
            file =
                path == "-"
                ? .standardOutput
                : try FileDescriptor.open(
                    FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec],
                    permissions: [.ownerReadWrite])
        } catch {
            throw Failure(.cannotCreate, "\(path): the file cannot be written: \(error)")
        }
        writer.begin(&octets)
        try flush()
    }

    deinit { if path != "-" { try? file.close() } }

    /// Appends a frame of `interface`, which is new to the file or not; a pcap file's frames are all of one.
    func append(_ frame: CapturedFrame, of interface: CaptureInterface) throws(Failure) {
        var frame = frame
        let key = Self.key(interface)
        if let known = interfaces.firstIndex(of: key) {
            frame.interface = known
        } else if isPlain || interfaces.count == CaptureLimit.interfaces {
            frame.interface = 0
        } else {
            frame.interface = writer.add(key, to: &octets)
            interfaces.append(key)
        }
        writer.append(frame, to: &octets)
        if octets.count > 1 << 18 { try flush() }
    }

    /// Writes what has gathered.
    func flush() throws(Failure) {
        guard !octets.isEmpty else { return }
        do {
            try file.writeAll(octets)
        } catch {
            throw Failure(.cannotCreate, "\(path): the file cannot be written: \(error)")
        }
        octets.removeAll(keepingCapacity: true)
    }

    /// Ends a capture's file with its counts.
    func finish(received: Int, dropped: Int, at time: UInt64) throws(Failure) {
        writer.appendStatistics(
            of: 0, received: UInt64(received), dropped: UInt64(dropped), at: time, to: &octets)
        try flush()
    }

    /// Ends the file.
    func finish() throws(Failure) { try flush() }

    /// The interface without its counts, which change on the way through a file.
    static func key(_ interface: CaptureInterface) -> CaptureInterface {
        CaptureInterface(linkType: interface.linkType, snapLength: interface.snapLength, name: interface.name)
    }
}
