import Wire

/// What a BPF device asks of its system, so that the order of its calls can be tested anywhere.
public protocol BSDSystem {
    /// Opens a device; the negative errno if that fails.
    mutating func open(_ path: String) -> Int32
    /// Makes a request with an argument, which the system may change; 0 or the negative errno.
    mutating func control(_ descriptor: Int32, _ request: BSDRequest, _ argument: inout [UInt8]) -> Int32
    /// Attaches a filter; 0 or the negative errno.
    mutating func attach(_ descriptor: Int32, _ filter: FilterProgram) -> Int32
    /// Closes a device.
    mutating func close(_ descriptor: Int32)
}

/// A BPF device, opened in the order that leaves no unfiltered frame behind (`bpf(4)`).
///
/// The conduct was tested with a system played by the tests; on macOS and FreeBSD themselves it has not run.
public struct BSDDevice: Sendable {
    public let descriptor: Int32
    /// The octets that every read must ask for.
    public let bufferLength: Int

    /// `EBUSY` and `ENOENT`: the same numbers on every system.
    private static let (busy, missing) = (Int32(16), Int32(2))

    /// Opens the next free device, `/dev/bpf0` to `/dev/bpf255`, on an interface.
    ///
    /// `failure` gives the error of the call that failed; whatever was opened is closed then.
    public init?(
        _ system: inout some BSDSystem, interface: String, filter: FilterProgram?, bufferLength wanted: Int,
        isPromiscuous: Bool, failure: inout (call: String, code: Int32)?
    ) {
        var found: Int32 = -Self.missing
        for number in 0..<256 {
            found = system.open("/dev/bpf\(number)")
            if found != -Self.busy { break }
        }
        guard found >= 0 else {
            failure = ("open", -found)
            return nil
        }
        descriptor = found
        var length = Self.octets(UInt32(wanted))
        var name = Array(interface.utf8.prefix(15))
        name += Array(repeating: 0, count: 32 - name.count)
        // The buffer's length can be set only before the interface; the filter comes before it too, so that no frame is
        // kept that it did not see, and the flush afterwards drops what came between.
        var steps: [(String, BSDRequest, [UInt8])] = [
            ("BIOCSETIF", .setInterface, name), ("BIOCIMMEDIATE", .immediate, Self.octets(1)),
            ("BIOCSHDRCMPLT", .headerComplete, Self.octets(1)),
        ]
        if isPromiscuous { steps.append(("BIOCPROMISC", .promiscuous, [])) }
        steps.append(("BIOCFLUSH", .flush, []))
        var code = system.control(found, .setBufferLength, &length)
        var call = "BIOCSBLEN"
        if code == 0, let filter { (call, code) = ("BIOCSETF", system.attach(found, filter)) }
        for (name, request, argument) in steps where code == 0 {
            var argument = argument
            (call, code) = (name, system.control(found, request, &argument))
        }
        // The system may have cut the length; only what it says counts.
        if code == 0 { (call, code) = ("BIOCGBLEN", system.control(found, .bufferLength, &length)) }
        guard code == 0, length.count == 4 else {
            system.close(found)
            failure = (call, -code)
            bufferLength = 0
            return nil
        }
        bufferLength = Int(length.span.octets.host32(at: 0))
    }

    private static func octets(_ number: UInt32) -> [UInt8] {
        var octets: [UInt8] = []
        octets.append(host: number)
        return octets
    }
}
