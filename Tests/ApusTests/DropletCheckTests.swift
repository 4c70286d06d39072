import Foundation
import Testing

@Suite("apus hvaddrctl check")
struct DropletCheckTests {
    @Test(arguments: [("web-1.yaml", 1), ("droplets.yaml", 2)])
    func `the examples are valid`(_ name: String, _ count: Int) throws {
        let file = CheckTests.examples.appending(path: "hypervisor/\(name)").path()
        let command = try Command("hvaddrctl", "check", file)
        #expect(command.exitCode == 0)
        #expect(command.errors == "")
        #expect(command.output == "\(file): valid (droplets: \(count))\n")
    }

    @Test func `each droplet's first mistake is told, and what two of them both claim`() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "droplets.yaml").path()
            try """
            web-1: { port: tap1, mac: "02:00:00:00:00:01", ipv4: { address: 192.0.2.10/24 } }
            web-2: { port: tap2, mac: "02:00:00:00:00:02", ipv4: { address: 192.0.2.10/24 } }
            web-3: { port: tap3, mac: "02:00:00:00:00", mtu: 9 }
            port: { port: tap4, mac: "02:00:00:00:00:04" }

            """.write(toFile: file, atomically: true, encoding: .utf8)
            let command = try Command("hvaddrctl", "check", file)
            #expect(command.exitCode == 65)
            #expect(command.output == "")
            let lines = command.errors.split(separator: "\n")
            #expect(lines.count == 3, "\(command.errors)")
            let second = "\(file): error: web-2: parameters.ipv4.address: droplet web-1 has "
            #expect(lines.first?.hasPrefix(second) == true, "\(command.errors)")
            #expect(lines.dropFirst().first?.hasPrefix("\(file): error: web-3: mac: ") == true, "\(command.errors)")
            #expect(lines.last == "apus: error: 2 errors in \(file)")
        }
    }
}
