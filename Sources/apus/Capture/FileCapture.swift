import Link
import SystemPackage
import Wire

/// Frames of a capture file.
struct FileCapture {
    let path: String
    let expression: String
    let limit: Int
    /// The octets that are kept of each frame.
    let snapLength: Int

    /// Reads to the end, the limit, or the place where the file breaks; tells the counts.
    func run(to target: String?, _ printer: FramePrinter?) throws {
        var reader = try begin(Self.octets(of: path))
        let output = try target.map { try CaptureOutput(path: $0, interfaces: Self.interfaces(of: reader)) }
        var programs: [LinkType: FilterProgram?] = [:]
        if let interface = reader.interfaces.first {
            programs[interface.linkType] = try CaptureCommand.program(expression, for: interface.linkType)
        }
        var (read, taken) = (0, 0)
        var text = ""
        var broken: CaptureError?
        Interruption.observe()
        while taken < limit, !Interruption.isAsked {
            let next: CapturedFrame?
            do throws(CaptureError) { next = try reader.next() } catch {
                broken = error
                break
            }
            guard var frame = next else { break }
            read += 1
            let interface = reader.interfaces[frame.interface]
            if programs[interface.linkType] == nil {
                programs[interface.linkType] = .some(try CaptureCommand.program(expression, for: interface.linkType))
            }
            if let program = programs[interface.linkType] ?? nil {
                let context = FilterContext(originalLength: frame.originalLength)
                guard program.run(on: frame.octets.span.octets, in: context) > 0 else { continue }
            }
            taken += 1
            frame = frame.cut(to: snapLength)
            try output?.append(frame, of: interface)
            printer?.append(frame, number: read, interface: interface, isChecksumOpen: false, to: &text)
            if text.utf8.count > 1 << 15 {
                Stream.standardOutput.write(text)
                text = ""
            }
        }
        Stream.standardOutput.write(text)
        try output?.finish()
        let dropped = reader.interfaces.compactMap(\.dropped).reduce(UInt64(0)) { $0 &+ $1 }
        let drops = reader.interfaces.contains { $0.dropped != nil } ? ", \(dropped) dropped when it was captured" : ""
        Stream.standardError.write(
            "\(read.counted("frame")) read" + (taken == read ? "" : ", \(taken) passed the filter") + drops + "\n")
        if let broken { throw failure(broken, after: read) }
    }

    /// The interfaces that the whole file has, so that another file can name them at its begin.
    private static func interfaces(of reader: CaptureReader) -> [CaptureInterface] {
        var reader = reader
        var found: [CaptureInterface] = []
        while let frame = try? reader.next() {
            let interface = CaptureOutput.key(reader.interfaces[frame.interface])
            if !found.contains(interface) { found.append(interface) }
        }
        return found.isEmpty ? [CaptureInterface()] : found
    }

    private func begin(_ octets: [UInt8]) throws(Failure) -> CaptureReader {
        do throws(CaptureError) { return try CaptureReader(octets) } catch { throw failure(error, after: 0) }
    }

    private func failure(_ error: CaptureError, after count: Int) -> Failure {
        let behind = " (behind frame \(count))"
        return switch error {
        case .unknownFormat: Failure(.noInput, "\(path): not a capture: it begins as neither pcapng nor pcap does")
        case .truncated(let offset):
            Failure(.noInput, "\(path): the file ends inside of what begins at octet \(offset)\(behind)")
        case .malformed(let offset, let reason): Failure(.noInput, "\(path): octet \(offset): \(reason)\(behind)")
        }
    }

    /// The whole file.
    private static func octets(of path: String) throws(Failure) -> [UInt8] {
        do {
            let isInput = path == "-"
            let file = isInput ? FileDescriptor.standardInput : try FileDescriptor.open(FilePath(path), .readOnly)
            defer { if !isInput { try? file.close() } }
            var octets: [UInt8] = []
            while true {
                // The call fills what it says of the array's own memory.
                let piece = try unsafe [UInt8](unsafeUninitializedCapacity: 1 << 18) { memory, count in
                    count = try unsafe file.read(into: UnsafeMutableRawBufferPointer(memory))
                }
                if piece.isEmpty { return octets }
                octets += piece
            }
        } catch let error as Errno {
            throw Failure(.noInput, "\(path): the file cannot be read: \(error)")
        } catch {
            throw Failure(.noInput, "\(path): the file cannot be read")
        }
    }
}
