import PortScanner
import Wire

/// Finds the open TCP ports of an address: `scan-ports 192.0.2.10 1-1024`.
@main struct ScanPorts {
    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 3, let address = IPv4Address(words[1]) else { return print("scan-ports ADDRESS PORTS") }
        var options = ScanOptions(ports: try PortSpecification().read(words[2]))
        options.kinds = [.connect]
        let scan = Scan(TargetSet([.ipv4(address)]), options)
        for try await host in scan.results() {
            print(host.address, host.ports.filter { $0.state == .open }.map { "\($0.port)" }.joined(separator: " "))
        }
    }
}
