import Lab

/// A server that is measured, in its best configuration for the job.
struct Contender {
    let name: String
    /// 4 or 6.
    let version: Int

    /// Where the search begins: what each is good for, more or less.
    var firstRate: Int {
        switch name {
        case "apus": 8000
        case "kea": 4000
        default: 400
        }
    }

    /// What is on the disk before a client has its answer, as strace showed of each.
    var durability: String {
        switch (name, version) {
        case ("apus", _): "yes, one sync for a batch"
        case ("kea", _), ("dhcpd", 6): "no sync"
        case ("dhcpd", _): "yes, a sync for each"
        case (_, 4): "rewrites its file, then a sync"
        default: "answers first"
        }
    }

    /// Its program and arguments.
    func command(apus: String, pool: Int, _ folder: TemporaryFolder) throws -> (String, [String]) {
        let (first, last) =
            version == 4
            ? (Self.address4(0x0A01_0000), Self.address4(0x0A01_0000 + pool - 1))
            : (Self.address6(0x1_0000), Self.address6(0x1_0000 + pool - 1))
        return switch name {
        case "apus": try self.apus(apus, first, last, folder)
        case "kea": try kea(first, last, folder)
        case "dnsmasq": dnsmasq(first, last, folder)
        default: try dhcpd(first, last, folder)
        }
    }

    private func apus(_ path: String, _ first: String, _ last: String, _ folder: TemporaryFolder) throws -> (
        String, [String]
    ) {
        let served =
            version == 4
            ? "v4: { subnet: 10.0.0.0/8, pools: \(first)-\(last), probe: 0s, options: { routers: 10.0.0.1 } }"
            : "v6: { subnet: \"fd00:1::/64\", pools: \"\(first)-\(last)\", options: { dns_servers: \"fd00:1::1\" } }"
        let file = try folder.write(
            """
            version: 1
            leases: \(folder.file("leases.sqlite"))
            control: \(folder.file("control.sock"))
            networks:
              bench:
                interface: srv
                \(served)
            """, to: "dhcp.yaml")
        return (path, ["dhcp", "run", file])
    }

    private func kea(_ first: String, _ last: String, _ folder: TemporaryFolder) throws -> (String, [String]) {
        let threads =
            #""multi-threading": {"enable-multi-threading": true, "thread-pool-size": 2, "packet-queue-size": 64}"#
        let leases =
            #""lease-database": {"type": "memfile", "persist": true, "name": "\#(folder.file("leases.csv"))", "lfc-interval": 0}"#
        func loggers(_ name: String) -> String {
            #""loggers": [{"name": "\#(name)", "severity": "ERROR", "output_options": [{"output": "stderr"}]}]"#
        }
        if version == 4 {
            let file = try folder.write(
                """
                {"Dhcp4": {"interfaces-config": {"interfaces": ["srv"]}, "valid-lifetime": 3600, "authoritative": true,
                \(leases), \(threads),
                "subnet4": [{"subnet": "10.0.0.0/8", "pools": [{"pool": "\(first)-\(last)"}],
                "option-data": [{"name": "routers", "data": "10.0.0.1"}]}], \(loggers("kea-dhcp4"))}}
                """, to: "kea.json")
            return ("kea-dhcp4", ["-c", file])
        }
        let file = try folder.write(
            """
            {"Dhcp6": {"interfaces-config": {"interfaces": ["srv"]}, "valid-lifetime": 3600, "preferred-lifetime": 2700,
            "data-directory": "\(folder.path)", \(leases), \(threads),
            "server-id": {"type": "EN", "enterprise-id": 32473, "identifier": "0102030405060708", "persist": false},
            "subnet6": [{"subnet": "fd00:1::/64", "interface": "srv", "pools": [{"pool": "\(first)-\(last)"}],
            "option-data": [{"name": "dns-servers", "data": "fd00:1::1"}]}], \(loggers("kea-dhcp6"))}}
            """, to: "kea.json")
        return ("kea-dhcp6", ["-c", file])
    }

    private func dnsmasq(_ first: String, _ last: String, _ folder: TemporaryFolder) -> (String, [String]) {
        let range = version == 4 ? "\(first),\(last),255.0.0.0,1h" : "\(first),\(last),64,1h"
        return (
            "dnsmasq",
            [
                "-k", "-C", "/dev/null", "-p", "0", "-i", "srv", "--dhcp-range=\(range)",
                "--dhcp-leasefile=\(folder.file("leases"))", "--dhcp-lease-max=1000000", "--no-ping",
                "--quiet-dhcp", "--quiet-dhcp6",
                "--dhcp-authoritative", "--user=root", "--pid-file=\(folder.file("pid"))",
                "--log-facility=/dev/null",
            ]
        )
    }

    private func dhcpd(_ first: String, _ last: String, _ folder: TemporaryFolder) throws -> (String, [String]) {
        let subnet =
            version == 4
            ? "subnet 10.0.0.0 netmask 255.0.0.0 { range \(first) \(last); option routers 10.0.0.1; }"
            : "subnet6 fd00:1::/64 { range6 \(first) \(last); option dhcp6.name-servers fd00:1::1; }"
        let file = try folder.write(
            """
            authoritative; ping-check false; default-lease-time 3600;
            \(subnet)
            """, to: "dhcpd.conf")
        let leases = try folder.write("", to: "dhcpd.leases")
        return (
            "dhcpd", ["-\(version)", "-f", "-q", "-cf", file, "-lf", leases, "-pf", folder.file("pid"), "srv"]
        )
    }

    private static func address4(_ number: Int) -> String {
        [24, 16, 8, 0].map { "\(number >> $0 & 0xFF)" }.joined(separator: ".")
    }

    private static func address6(_ number: Int) -> String {
        "fd00:1::" + String(number >> 16, radix: 16) + ":" + String(number & 0xFFFF, radix: 16)
    }
}
