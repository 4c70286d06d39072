import Wire

/// A BPF device, opened in the order that leaves no unfiltered frame behind (`bpf(4)`).
///
/// The conduct was tested with a system played by the tests; on macOS and FreeBSD themselves it has not run.
public struct BSDDevice: Sendable {
    public let descriptor: Int32
    /// The octets that every read must ask for.
    public let bufferLength: Int

    /// Opens the next free device, `/dev/bpf0` to `/dev/bpf255`, on an interface.
    ///
    /// `failure` gives the error of the call that failed; whatever was opened is closed then.
    public init?(
        _ system: inout some BSDSystem, interface: String, filter: FilterProgram?, bufferLength wanted: Int,
        isPromiscuous: Bool, seesSent: Bool = true, failure: inout (call: String, code: Int32)?
    ) {
        var found: Int32 = -BSDCode.missing
        for number in 0..<256 {
            found = system.open("/dev/bpf\(number)")
            if found != -BSDCode.busy { break }
        }
        guard found >= 0 else {
            failure = ("open", -found)
            return nil
        }
        descriptor = found
        var length = Self.octets(UInt32(wanted))
        // The buffer's length can be set only before the interface; the filter comes before it too, so that no frame is
        // kept that it did not see, and the flush afterwards drops what came between.
        var steps: [(String, BSDRequest, [UInt8])] = [
            ("BIOCSETIF", .setInterface, Self.request(interface)), ("BIOCIMMEDIATE", .immediate, Self.octets(1)),
            ("BIOCSHDRCMPLT", .headerComplete, Self.octets(1)),
        ]
        if !seesSent { steps.append(("BIOCSSEESENT", .seeSent, Self.octets(0))) }
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

    /// `struct ifreq` with an interface's name, of at most fifteen octets.
    static func request(_ interface: String) -> [UInt8] {
        let name = Array(interface.utf8.prefix(15))
        return name + Array(repeating: 0, count: 32 - name.count)
    }

    static func octets(_ number: UInt32) -> [UInt8] {
        var octets: [UInt8] = []
        octets.append(host: number)
        return octets
    }
}
