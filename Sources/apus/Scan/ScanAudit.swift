import ArgumentParser
import Linux
import PortScanner
import Settings

/// Holds what is reachable against what should be.
struct ScanAudit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan-audit",
        abstract: "Hold a firewall against its policy.",
        usage: "apus scan audit [<options>] <policy>",
        discussion: """
            The policy says which ports of which targets must be open, closed, filtered, dropped, rejected, reachable or unreachable, seen from where the command runs; --source says where that is. With CAP_NET_RAW each port is asked with SYN and with ACK, which tells a firewall that tracks connections from one that does not.

            EXAMPLES:
              apus scan audit policy.yaml                      what is not as it should be
              apus scan audit --source outside policy.yaml     only the rules that count there
              apus scan audit --junit policy.yaml > audit.xml  for CI

            EXIT CODES (beside those of `apus --help`):
              0    everything is as it should be
              2    the network did not let us know everything
              4    something is not as it should be
            """)

    @Argument(help: "The policy, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(help: "The source that this machine stands for; all rules count without.")
    var source: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    @Flag(help: "Print a report in JUnit's form.")
    var junit = false

    @Flag(help: "Say only what is wrong with the policy, and scan nothing.")
    var check = false

    @Flag(help: "Print the policy's JSON schema, and scan nothing.")
    var schema = false

    @OptionGroup(title: "Pace") var pace: ScanPace

    func run() async throws {
        if schema { return print(AuditFile.jsonSchema) }
        let policy = try load()
        if check { return print("\(file): valid (rules: \(policy.rules.count))") }
        let rules = policy.rules(at: source)
        guard !rules.isEmpty else { throw Failure(.usage, "no rule of \(file) counts at source '\(source ?? "")'") }
        let isPrivileged = Scan.isPrivileged
        let hasDatagrams = rules.contains { !$0.ports.udp.isEmpty }
        guard isPrivileged || !hasDatagrams else { throw Failure(.notPermitted, "rules on UDP need CAP_NET_RAW") }
        var kinds: [ScanOptions.Kind] = [isPrivileged ? .synchronize : .connect]
        if hasDatagrams { kinds.append(.udp) }
        let hosts = try await scan(rules, kinds)
        let acknowledged = isPrivileged ? try await scan(rules.filter { !$0.ports.tcp.isEmpty }, [.acknowledge]) : []
        let report = AuditReport(policy, source: source, synchronize: hosts, acknowledge: acknowledged)
        Stream.standardOutput.write(json ? report.json : junit ? report.junit : report.text)
        if report.isViolated { throw Failure(.different, "the firewall is not as \(file) says") }
        if !report.isMet { throw Failure(.undecided, "the network did not let us know everything") }
    }

    private func load() throws -> AuditPolicy {
        let (policy, diagnostics) = AuditFile.load(file)
        if let failure = ConfigurationFile.unreadable(diagnostics) { throw failure }
        let text = diagnostics.text(isColoured: Style(of: .standardError).isColoured)
        if !text.isEmpty { Stream.standardError.write(text + "\n") }
        guard let policy else { throw Failure(.configuration, ConfigurationFile.count(diagnostics) + " in \(file)") }
        return policy
    }

    /// Scans what the rules speak of: every target with the ports of any rule.
    private func scan(_ rules: [AuditPolicy.Rule], _ kinds: [ScanOptions.Kind]) async throws -> [HostResult] {
        var hosts: [TargetAddress: HostResult] = [:]
        // Rules on the same targets are one scan; a port is asked once for each.
        var groups: [TargetSet: PortSelection] = [:]
        for rule in rules {
            var ports = groups[rule.targets] ?? PortSelection()
            ports.tcp = ports.tcp.union(rule.ports.tcp)
            ports.udp = ports.udp.union(rule.ports.udp)
            groups[rule.targets] = ports
        }
        for (targets, ports) in groups {
            var options = ScanOptions(ports: ports)
            options.kinds = kinds.filter { !ports[$0.protocol].isEmpty }
            options.discovery = ScanOptions.Discovery.none
            pace.apply(to: &options)
            guard options.kinds?.isEmpty == false else { continue }
            do {
                for try await host in Scan(targets, options).results() {
                    guard var known = hosts[host.address] else {
                        hosts[host.address] = host
                        continue
                    }
                    known.ports += host.ports
                    known.otherPorts += host.otherPorts
                    hosts[host.address] = known
                }
            } catch let error as ScanError { throw ScanSession.failure(error) }
        }
        return hosts.values.sorted { $0.address < $1.address }
    }
}
