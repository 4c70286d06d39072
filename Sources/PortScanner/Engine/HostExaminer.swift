import Linux
import SystemPackage
import Wire

/// Looks closer at hosts whose ports are known: at their services, at their system.
///
/// Examiners run on the scan's own thread, one after another, a group of hosts at a time, before the hosts are reported.
public protocol HostExaminer: Sendable {
    /// What the progress shows meanwhile.
    var phase: String { get }

    /// Adds what is found out; it ends early when `control` says so.
    func examine(_ hosts: inout [HostResult], _ control: ScanControl) throws(ScanError)
}

/// Asks open ports what listens there (`-sV`), and those of UDP that may be: whoever answers his own protocol is there.
public struct ServiceExaminer: HostExaminer {
    public let phase = "services"

    private let asksPrinters: Bool
    private let rules: [RecogRules]

    /// `rules` are tried on what a service says that our own rules do not know.
    public init(asksPrinters: Bool = false, rules: [RecogRules] = []) {
        (self.asksPrinters, self.rules) = (asksPrinters, rules)
    }

    public func examine(_ hosts: inout [HostResult], _ control: ScanControl) throws(ScanError) {
        var places: [(host: Int, port: Int)] = []
        var targets: [ServiceScanner.Target] = []
        for (host, result) in hosts.enumerated() {
            for (port, entry) in result.ports.enumerated() where entry.state == .open || entry.mayAnswerWords {
                guard entry.protocol == .tcp || entry.protocol == .udp else { continue }
                places.append((host, port))
                targets.append(
                    ServiceScanner.Target(
                        SocketAddress(result.address, port: entry.port), entry.protocol, name: result.name))
            }
        }
        guard !targets.isEmpty else { return }
        var found = hosts
        do throws(SystemError) {
            var options = ServiceScanner.Options()
            options.inquiry.asksPrinters = asksPrinters
            var scanner = try ServiceScanner(options)
            try scanner.run(targets, watch: { !control.isStopped }) { index, identity in
                var identity = identity
                for rule in rules { identity?.apply(rule) }
                let place = places[index]
                var entry = found[place.host].ports[place.port]
                if entry.state != .open {
                    guard identity?.confidence == .spoken else { return }
                    if entry.state == .undecided { control.update { $0.totals.undecided -= 1 } }
                    (entry.state, entry.reason) = (.open, StateReason(.udpResponse))
                }
                entry.service = identity
                found[place.host].ports[place.port] = entry
            }
        } catch { throw .system(error.call, code: error.code.rawValue) }
        hosts = found
    }
}

extension PortResult {
    /// Whether silence may be that of a service which answers nothing but its own protocol.
    fileprivate var mayAnswerWords: Bool {
        `protocol` == .udp && (state == .openOrFiltered || state == .undecided)
    }
}

extension SocketAddress {
    /// A port of a target.
    init(_ address: TargetAddress, port: UInt16) {
        switch address {
        case .ipv4(let address): self.init(ipv4: address.rawValue, port: port)
        case .ipv6(let address, let zone): self.init(ipv6: address.rawValue, scope: zone, port: port)
        }
    }
}
