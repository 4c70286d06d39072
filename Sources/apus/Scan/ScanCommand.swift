import ArgumentParser
import PortScanner

/// Scans hosts and ports.
struct ScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Find hosts and their open ports.",
        usage: "apus scan [<options>] <target> ...",
        discussion: """
            Targets are names, addresses, networks (192.0.2.0/24, 2001:db8::/120), ranges of octets (10.0.0-3.1,5-9), and first-last. Options have nmap's names. Results go to standard output, everything else to standard error. Ctrl-C ends a scan; what is known by then is reported.

            EXAMPLES:
              apus scan 192.0.2.10                       the 1,000 commonest TCP ports
              apus scan -sS -p- --reason 192.0.2.10      all ports, and why each state
              apus scan -sn 192.0.2.0/24                 who is there
              apus scan -sSU -p T:1-1024,U:53,123 host   TCP and UDP
              apus scan -Pn -p 443 --open --rate 50000 10.0.0.0/8

            EXIT CODES (beside those of `apus --help`):
              0    complete: every state is certain
              2    answers were lost, or limited by a host: some states are undecided
              3    ended before its time, by Ctrl-C or --host-timeout
              4    something changed since the report that --diff names
            """)

    // MARK: What is asked

    @Flag(name: .customLong("sS", withSingleDash: true), help: "TCP SYN; the default with CAP_NET_RAW.")
    var synchronize = false
    @Flag(name: .customLong("sT", withSingleDash: true), help: "TCP connect; the default without.")
    var connect = false
    @Flag(name: .customLong("sU", withSingleDash: true), help: "UDP, with payloads of the ports' protocols.")
    var udp = false
    @Flag(name: .customLong("sA", withSingleDash: true), help: "TCP ACK: tells stateful firewalls.")
    var acknowledge = false
    @Flag(name: .customLong("sW", withSingleDash: true), help: "TCP window.")
    var window = false
    @Flag(name: .customLong("sF", withSingleDash: true), help: "TCP FIN.")
    var finish = false
    @Flag(name: .customLong("sN", withSingleDash: true), help: "TCP without flags.")
    var null = false
    @Flag(name: .customLong("sX", withSingleDash: true), help: "TCP FIN, PSH and URG.")
    var christmas = false
    @Flag(name: .customLong("sM", withSingleDash: true), help: "TCP FIN and ACK.")
    var maimon = false
    @Flag(name: .customLong("sY", withSingleDash: true), help: "SCTP INIT.")
    var sctp = false
    @Flag(name: .customLong("sO", withSingleDash: true), help: "IP protocols; -p takes their numbers.")
    var ipProtocol = false
    @Option(name: .customLong("scanflags"), help: "TCP with these flags: a number, or names such as SYNFIN.")
    var scanFlags: String?
    @Flag(name: .customLong("sV", withSingleDash: true), help: "Ask open ports what listens there.")
    var asksServices = false
    @Flag(name: .customShort("O"), help: "Tell systems by their TCP/IP stacks; needs CAP_NET_RAW.")
    var asksSystems = false
    @Flag(name: .customShort("A"), help: "As -sV and -O.")
    var asksAll = false
    @Flag(name: .customLong("allports"), help: "With -sV ask also ports of printers, which print what they are sent.")
    var asksPrinters = false
    @Option(
        name: .customLong("recog"), help: "With -sV match what services say also by this file in recog's XML.",
        completion: .file(extensions: ["xml"]))
    var recog: [String] = []
    @Flag(name: .customLong("sn", withSingleDash: true), help: "Find hosts, and leave their ports alone.")
    var findsHostsOnly = false
    @Flag(name: .customLong("sL", withSingleDash: true), help: "List the targets, and send nothing to them.")
    var listsOnly = false

    // MARK: Who is asked

    @Argument(help: "Whom to scan.")
    var targets: [String] = []
    @Option(name: .customLong("iL", withSingleDash: true), help: "Read targets from this file; - is standard input.")
    var targetFile: String?
    @Option(help: "Leave these targets out: a list with commas.")
    var exclude: String?
    @Option(name: .customLong("excludefile"), help: "Leave the targets in this file out.")
    var excludeFile: String?
    @Flag(name: .customShort("6"), help: "Of a name take its IPv6 addresses.")
    var isIPv6 = false
    @Flag(help: "Allow multicast, broadcast and other special addresses, and more than a /8 outside private networks.")
    var allowSpecial = false

    @Option(
        name: .customShort("p"), parsing: .unconditional, help: "Ports: 22,80,1000-2000,U:53,T:21,http*; - is all.")
    var ports: String?
    @Flag(name: .customShort("F"), help: "The 100 commonest ports in place of 1,000.")
    var isFast = false
    @Option(help: "So many of the commonest ports.")
    var topPorts: Int?
    @Option(help: "Leave these ports out.")
    var excludePorts: String?

    // MARK: How hosts are found

    @Flag(name: .customLong("Pn", withSingleDash: true), help: "Take every target for one that is up.")
    var assumesUp = false
    @Flag(name: .customLong("PE", withSingleDash: true), help: "Find hosts by ICMP echo.")
    var echo = false
    @Flag(name: .customLong("PP", withSingleDash: true), help: "Find hosts by ICMP timestamp.")
    var timestamp = false
    @Flag(name: .customLong("PM", withSingleDash: true), help: "Find hosts by ICMP address mask.")
    var mask = false
    @Option(name: .customLong("PS", withSingleDash: true), help: "Find hosts by SYN to these ports.")
    var synchronizePing: String?
    @Option(name: .customLong("PA", withSingleDash: true), help: "Find hosts by ACK to these ports.")
    var acknowledgePing: String?
    @Option(name: .customLong("PU", withSingleDash: true), help: "Find hosts by UDP to these ports.")
    var udpPing: String?
    @Flag(name: .customShort("n"), help: "Look no names up.")
    var hasNoNames = false
    @Flag(name: .customShort("R"), help: "Look names up for every host, not only those that are few.")
    var hasNames = false
    @Option(name: .customLong("dns-server"), help: "Ask this name server, in place of the system's.")
    var nameServer: String?
    @Option(name: .customShort("e"), help: "Send on this interface.")
    var interface: String?

    @OptionGroup(title: "Pace") var pace: ScanPace
    @OptionGroup(title: "Output") var output: ScanOutputOptions

    func run() async throws {
        let session = try await ScanSession(self)
        try await session.run()
    }
}

/// How fast, and how long.
struct ScanPace: ParsableArguments {
    @Option(name: .customShort("T"), help: "From 0, one probe in five minutes, to 5, for fast networks; 3 is usual.")
    var timing: Int?
    @Option(name: [.customLong("rate"), .customLong("max-rate")], help: "Probes per second at most.")
    var rate: Double?
    @Option(help: "Probes per second at least, also where the network loses them.")
    var minRate: Double?
    @Option(help: "Tries at a silent port at most, beside the first.")
    var maxRetries: Int?
    @Option(help: "The least time that an answer is waited for (100ms).")
    var minRttTimeout: String?
    @Option(help: "The greatest time that an answer is waited for (10s).")
    var maxRttTimeout: String?
    @Option(help: "The time that the first answers are waited for (500ms).")
    var initialRttTimeout: String?
    @Option(help: "Give a group of hosts up after this time.")
    var hostTimeout: String?
    @Option(help: "Wait at most so long for a host that limits its answers.")
    var patience: String?
    @Flag(
        name: .customLong("tx-ring"), inversion: .prefixedNo,
        help: "Send TCP probes through a ring shared with the kernel.")
    var usesTransmitRing = true
    @Option(help: "Sockets that a connect scan may have at a time.")
    var maxParallelism: Int?

    func validate() throws {
        if let timing, !(0...5).contains(timing) { throw ValidationError("-T takes a number from 0 to 5") }
        if let rate, !(rate > 0) { throw ValidationError("--rate takes a number above 0") }
        if let minRate, !(minRate > 0 && minRate <= rate ?? .infinity) {
            throw ValidationError("--min-rate takes a number above 0, and not above --rate")
        }
        if let maxRetries, !(0...50).contains(maxRetries) { throw ValidationError("--max-retries takes 0 to 50") }
        if let maxParallelism, maxParallelism < 1 {
            throw ValidationError("--max-parallelism takes a number from 1 on")
        }
        for text in [minRttTimeout, maxRttTimeout, initialRttTimeout, hostTimeout, patience] {
            if let text, Self.duration(text) == nil {
                throw ValidationError("'\(text)' is no time: write 300ms, 5s, 2m or 1h")
            }
        }
    }

    /// Reads `300ms`, `5s`, `2m`, `1h`, or seconds.
    static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isNumber || $0 == "." }
        guard let number = Double(digits), number >= 0, number < 1e7 else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": return .seconds(number / 1000)
        case "", "s": return .seconds(number)
        case "m": return .seconds(number * 60)
        case "h": return .seconds(number * 3600)
        default: return nil
        }
    }

    /// Puts the times and rates in.
    func apply(to options: inout ScanOptions) {
        // nmap's templates, as far as they have a meaning here.
        switch timing ?? 3 {
        case 0: options.rate = 1.0 / 300
        case 1: options.rate = 1.0 / 15
        case 2: options.rate = 2.5
        case 4: options.timeout.most = .milliseconds(1250)
        case 5:
            (options.initialTimeout, options.timeout) = (.milliseconds(250), (.milliseconds(50), .milliseconds(300)))
            options.tries = 2...3
        default: break
        }
        if let rate { options.rate = rate }
        options.leastRate = minRate
        if let maxRetries {
            options.tries = min(2, maxRetries + 1)...(maxRetries + 1)
        }
        if let time = minRttTimeout.flatMap(Self.duration) { options.timeout.least = time }
        if let time = maxRttTimeout.flatMap(Self.duration) { options.timeout.most = time }
        if let time = initialRttTimeout.flatMap(Self.duration) { options.initialTimeout = time }
        options.hostTimeout = hostTimeout.flatMap(Self.duration)
        options.patience = patience.flatMap(Self.duration)
        options.usesTransmitRing = usesTransmitRing
        if let maxParallelism { options.concurrency = maxParallelism }
    }
}

/// What is told, and where.
struct ScanOutputOptions: ParsableArguments {
    @Option(
        name: .customLong("oN", withSingleDash: true),
        help: "Write a report for people to this file; - is standard output.",
        completion: .file())
    var normal: String?
    @Option(
        name: .customLong("oX", withSingleDash: true), help: "Write XML, as nmap does.",
        completion: .file(extensions: ["xml"]))
    var xml: String?
    @Option(
        name: .customLong("oG", withSingleDash: true), help: "Write a line for each host.", completion: .file())
    var grepable: String?
    @Option(
        name: .customLong("oJ", withSingleDash: true), help: "Write JSON, a document on each line.",
        completion: .file(extensions: ["json", "jsonl"]))
    var json: String?
    @Option(
        name: .customLong("oC", withSingleDash: true), help: "Write comma-separated values, a line for each port.",
        completion: .file(extensions: ["csv"]))
    var csv: String?
    @Option(
        name: .customLong("oA", withSingleDash: true), help: "Write FILE.nmap, FILE.xml and FILE.gnmap.",
        completion: .file())
    var all: String?
    @Option(
        help: "Print what changed since this report, which -oJ wrote; exit code 4 if something did.",
        completion: .file(extensions: ["json", "jsonl"]))
    var diff: String?
    @Option(
        help: "Repeat the scan after this time, until Ctrl-C, and print what changed since the time before.")
    var watch: String?
    @Flag(name: .customLong("append-output"), help: "Append to files in place of writing them anew.")
    var appends = false
    @Flag(name: .customLong("open"), help: "Report open ports, and hosts that have one.")
    var isOpenOnly = false
    @Flag(help: "Say which answer each state was decided by.")
    var reason = false
    @Flag(name: .customShort("v"), help: "Tell more; twice, more still.")
    var verbose: Int
    @Flag(name: .customLong("no-progress"), help: "Show no progress on a terminal.")
    var hasNoProgress = false
    @Option(
        name: .customLong("resume"),
        help: "Keep in this file how far the scan is, and go on from there if it exists.", completion: .file())
    var checkpoint: String?

    func validate() throws {
        if let watch {
            guard let time = ScanPace.duration(watch), time > .zero else {
                throw ValidationError("--watch takes a time: 30s, 10m or 1h")
            }
            if checkpoint != nil || diff != nil {
                throw ValidationError("--watch stands neither with --resume nor with --diff")
            }
        }
        if appends, xml != nil || all != nil { throw ValidationError("XML cannot be appended to") }
    }
}
