import Link
import Wire

/// A filter of frames as they come: in the kernel where that sees what the filter asks for, else here.
struct LiveFilter {
    /// What the socket gets.
    let kernel: FilterProgram?
    /// What is left to do here, on frames as they will be shown and written.
    let own: FilterProgram?

    /// Compiles `expression`; a cooked socket's kernel sees no cooked header.
    init(_ expression: String, for linkType: LinkType) throws(Failure) {
        let program = try CaptureCommand.program(expression, for: linkType)
        let shifted = linkType == .linuxCooked2 ? program?.cooked() : program
        // Linux takes a VLAN tag off before it runs a filter; here it is back in its place.
        let isOwn = program?.looksForVLANTag == true || (program != nil && shifted == nil)
        (kernel, own) = isOwn ? (nil, program) : (shifted, nil)
    }

    /// Whether a frame passes what is left to do.
    func passes(_ frame: CapturedFrame) -> Bool {
        guard let own else { return true }
        return own.run(on: frame.octets.span.octets, in: FilterContext(originalLength: frame.originalLength)) > 0
    }
}
