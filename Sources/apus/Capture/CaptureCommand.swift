import ArgumentParser
import Link

/// Captures frames, or reads them from a file, and prints them layer by layer.
struct CaptureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        abstract: "Print the frames of a link, or of a file, layer by layer.",
        usage: """
            apus capture -i <interface> [<options>] [<filter> ...]
            apus capture -r <file> [<options>] [<filter> ...]
            """,
        discussion: """
            The filter is an expression as tcpdump takes it (pcap-filter(7)). Ctrl-C ends a capture. At the end, standard error tells how many frames there were, and how many the kernel dropped.

            The interface `any` is all of them together: each frame tells its own, and begins with Linux's cooked header. The file `-` is standard input or output.

            Capturing needs CAP_NET_RAW; files are read and written without it. Times are UTC.

            EXAMPLES:
              apus capture -i eth0 'udp port 67'
              apus capture -i any -s 96 -c 100 -w dhcp.pcapng
              apus capture -r dhcp.pcapng -v
              apus capture -r dhcp.pcapng --json | jq .layers
            """)

    @Option(name: [.short, .customLong("interface")], help: "Capture on this interface, or on any.")
    var interface: String?

    @Option(
        name: [.short, .customLong("read")], help: "Read this file: pcapng or pcap.",
        completion: .file(extensions: ["pcapng", "pcap"]))
    var read: String?

    @Option(
        name: [.short, .customLong("write")],
        help: "Write frames to this file in place of printing them: pcap if its name ends so, else pcapng.",
        completion: .file(extensions: ["pcapng", "pcap"]))
    var write: String?

    @Option(name: [.short, .customLong("count")], help: "End after so many frames.")
    var count: Int?

    @Option(
        name: [.short, .customLong("snapshot-length")],
        help: ArgumentHelp("Keep no more than so many octets of each frame.", valueName: "octets"))
    var snapshotLength: Int?

    @Flag(help: "Print JSON, an object on each line.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print more of each header, and verify checksums.")
    var verbose = false

    @Flag(name: [.customShort("x"), .customLong("hex")], help: "Print the octets, too.")
    var hexadecimal = false

    @Flag(name: .customLong("print"), help: "Print although frames are written to a file.")
    var isPrinting = false

    @Flag(help: "Leave out frames for other machines.")
    var noPromiscuous = false

    @Argument(help: "Which frames; all if no filter is given.")
    var filter: [String] = []

    func validate() throws {
        if interface != nil, read != nil { throw ValidationError("choose one of -i and -r") }
        if let count, count < 1 { throw ValidationError("-c takes a number from 1 on") }
        if let snapshotLength, !(1...CaptureLimit.frameSize).contains(snapshotLength) {
            throw ValidationError("-s takes a number from 1 to \(CaptureLimit.frameSize)")
        }
        if write == "-", isPrinting { throw ValidationError("standard output takes a file or text, not both") }
    }

    func run() throws {
        let expression = filter.joined(separator: " ")
        let printer =
            write == nil || isPrinting
            ? FramePrinter(isJSON: json, isVerbose: verbose, hasOctets: hexadecimal, style: Style(of: .standardOutput))
            : nil
        if let read {
            let reading = FileCapture(
                path: read, expression: expression, limit: count ?? .max, snapLength: snapshotLength ?? .max)
            try reading.run(to: write, printer)
        } else if let interface {
            let capture = LiveCapture(
                interface: interface, expression: expression, limit: count ?? .max, isPromiscuous: !noPromiscuous,
                snapLength: min(snapshotLength ?? .max, LiveCapture.frameSize))
            try capture.run(to: write, printer)
        } else {
            throw Failure(.usage, "name an interface with -i (\(LiveCapture.names)), or a file with -r")
        }
    }

    /// Compiles a filter; none if it is empty.
    static func program(_ expression: String, for linkType: LinkType) throws(Failure) -> FilterProgram? {
        if expression.allSatisfy(\.isWhitespace) { return nil }
        do throws(FilterError) {
            return try FilterProgram(expression: expression, linkType: linkType)
        } catch {
            if case .noLibrary = error { throw Failure(.unavailable, "\(error)") }
            throw Failure(.usage, "\(error)")
        }
    }
}
