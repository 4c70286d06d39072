import PortScanner
import Wire

/// What a command line asks for, as options of a scan.
enum ScanPlan {
    /// The kinds of scan, in the order of the options; nil if none is named.
    static func kinds(_ command: ScanCommand) throws(Failure) -> [ScanOptions.Kind]? {
        var kinds: [ScanOptions.Kind] = []
        if command.synchronize { kinds.append(.synchronize) }
        if command.connect { kinds.append(.connect) }
        if command.acknowledge { kinds.append(.acknowledge) }
        if command.window { kinds.append(.window) }
        if command.finish { kinds.append(.finish) }
        if command.null { kinds.append(.null) }
        if command.christmas { kinds.append(.christmas) }
        if command.maimon { kinds.append(.maimon) }
        if let text = command.scanFlags { kinds.append(.flags(try flags(text))) }
        guard kinds.count <= 1 else { throw Failure(.usage, "choose one kind of TCP scan") }
        if command.udp { kinds.append(.udp) }
        if command.sctp { kinds.append(.sctpInit) }
        if command.ipProtocol {
            guard kinds.isEmpty else { throw Failure(.usage, "-sO stands alone") }
            kinds.append(.ipProtocol)
        }
        return kinds.isEmpty ? nil : kinds
    }

    /// The flags of `--scanflags`: a number, or names in any order.
    private static func flags(_ text: String) throws(Failure) -> UInt16 {
        if let number = UInt16(text), number < 512 { return number }
        var rest = text.uppercased()[...]
        var bits: UInt16 = 0
        let names: [(String, UInt16)] = [
            ("FIN", 1), ("SYN", 2), ("RST", 4), ("PSH", 8), ("ACK", 16), ("URG", 32), ("ECE", 64), ("CWR", 128),
        ]
        while !rest.isEmpty {
            guard let (name, bit) = names.first(where: { rest.hasPrefix($0.0) }) else {
                throw Failure(.usage, "'\(rest)' in --scanflags is none of \(names.map(\.0).joined(separator: ", "))")
            }
            bits |= bit
            rest = rest.dropFirst(name.count)
        }
        return bits
    }

    /// The ports of each protocol that is asked.
    static func ports(_ command: ScanCommand, _ protocols: Set<ProbeProtocol>) throws(Failure) -> PortSelection {
        var selection = PortSelection()
        if let text = command.ports {
            guard command.topPorts == nil, !command.isFast else {
                throw Failure(.usage, "choose one of -p, -F and --top-ports")
            }
            selection = try read(text, protocols)
            if protocols.contains(.udp), selection.udp.isEmpty, protocols.contains(.tcp), selection.tcp.isEmpty {
                throw Failure(.usage, "-p \(text) names no port")
            }
        } else {
            for item in protocols {
                let count = command.topPorts ?? (command.isFast ? 100 : 1000)
                guard count > 0 else { throw Failure(.usage, "--top-ports takes a number from 1 on") }
                selection[item] = item == .ip ? PortSet(0...255) : ServiceTable.top(count, item)
            }
        }
        if let text = command.excludePorts {
            let holes = try read(text, protocols)
            for item in protocols { selection[item] = selection[item].subtracting(holes[item]) }
        }
        for item in protocols where selection[item].isEmpty {
            throw Failure(.usage, "there is no \(item) port to scan")
        }
        return selection
    }

    private static func read(_ text: String, _ protocols: Set<ProbeProtocol>) throws(Failure) -> PortSelection {
        do throws(SpecificationError) {
            return try PortSpecification(for: protocols).read(text)
        } catch { throw Failure(.usage, "\(error)") }
    }

    /// How hosts are found.
    static func discovery(_ command: ScanCommand) throws(Failure) -> ScanOptions.Discovery? {
        if command.assumesUp { return ScanOptions.Discovery.none }
        var probes: [DiscoveryProbe] = []
        if command.echo { probes.append(.echo) }
        if command.timestamp { probes.append(.timestamp) }
        if command.mask { probes.append(.mask) }
        if let text = command.synchronizePing {
            probes.append(.synchronize(ports: try read(text, [.tcp]).tcp.ports))
        }
        if let text = command.acknowledgePing { probes.append(.acknowledge(ports: try read(text, [.tcp]).tcp.ports)) }
        if let text = command.udpPing { probes.append(.udp(ports: try read(text, [.udp]).udp.ports)) }
        return probes.isEmpty ? nil : .probes(probes)
    }

    /// Everything together.
    static func options(_ command: ScanCommand) throws(Failure) -> ScanOptions {
        let kinds = try kinds(command)
        if command.findsHostsOnly, kinds != nil { throw Failure(.usage, "-sn asks no ports: choose one of them") }
        let chosen = kinds ?? [Scan.isPrivileged ? .synchronize : .connect]
        var options = ScanOptions(
            ports: command.findsHostsOnly ? PortSelection() : try ports(command, Set(chosen.map(\.protocol))))
        options.kinds = chosen
        options.findsHostsOnly = command.findsHostsOnly
        options.discovery = try discovery(command)
        options.nameServer = command.nameServer
        options.interface = command.interface
        options.reportsOpenOnly = command.output.isOpenOnly
        if command.asksServices || command.asksAll {
            options.examiners.append(
                ServiceExaminer(asksPrinters: command.asksPrinters, rules: try RecogFile.load(command.recog)))
        }
        if command.asksSystems || command.asksAll {
            guard Scan.isPrivileged else { throw Failure(.notPermitted, "-O needs CAP_NET_RAW: run as root") }
            options.examiners.append(SystemExaminer())
        }
        command.pace.apply(to: &options)
        return options
    }
}
