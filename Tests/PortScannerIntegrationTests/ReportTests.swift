import Lab
import PortScanner
import Testing

/// Reports, read by programs that we did not write.
@Suite("Reports")
struct ReportTests {
    @Test(arguments: 0...3)
    func `XML is valid by nmap's own DTD, also of a scan that was interrupted`(hosts: Int) async throws {
        let folder = try TemporaryFolder("report")
        let file = try folder.write(Samples.report(.xml, hosts: hosts), to: "report.xml")
        try await Command.output("xmllint", ["--noout", "--dtdvalid", "/usr/share/nmap/nmap.dtd", file])
    }

    @Test func `ndiff reads the XML and sees what changed`() async throws {
        let folder = try TemporaryFolder("report")
        let one = try folder.write(Samples.report(.xml), to: "one.xml")
        let other = try folder.write(
            Samples.report(.xml).replacing("portid=\"22\"", with: "portid=\"23\""), to: "other.xml")
        let same = try await Command.run("ndiff", [one, one])
        #expect(same.exit == .code(0), "\(same.errors)")
        let different = try await Command.run("ndiff", [one, other])
        #expect(different.exit == .code(1), "\(different.errors)")
        #expect(different.output.contains("-22/tcp") && different.output.contains("+23/tcp"), "\(different.output)")
    }

    @Test func `python-libnmap reads the XML`() async throws {
        let folder = try TemporaryFolder("report")
        let file = try folder.write(Samples.report(.xml), to: "report.xml")
        let script = """
            from libnmap.parser import NmapParser
            report = NmapParser.parse_fromfile("\(file)")
            host = report.hosts[0]
            print(len(report.hosts), host.address, host.mac, sorted(host.get_open_ports()))
            service = host.get_service(22, "tcp")
            print(service.service, service.banner)
            print(host.get_service(443, "tcp").tunnel, host.os_match_probabilities()[0].name, report.elapsed, report.hosts_up)
            """
        let path = "\(Program.tools)/bin/python3"
        let output = try await Command.output(path, [try folder.write(script, to: "read.py")])
        #expect(
            output.split(separator: "\n") == [
                "3 192.0.2.10 02:00:00:AB:00:01 [(22, 'tcp'), (443, 'tcp'), (999, 'tcp')]",
                "ssh product: OpenSSH version: 9.2p1 extrainfo: Debian \"<&>' 2; ]]> ostype: Linux",
                "ssl Linux 6.16 or later 3.05 2",
            ], "\(output)")
    }

    @Test(arguments: 0...3)
    func `every line of JSON is of the schema`(hosts: Int) async throws {
        let folder = try TemporaryFolder("report")
        let script = """
            import json, sys, jsonschema
            schema = json.load(open("\(try folder.write(JSONReport.schema, to: "schema.json"))"))
            jsonschema.Draft202012Validator.check_schema(schema)
            validator = jsonschema.Draft202012Validator(schema)
            lines = [json.loads(line) for line in open("\(try folder.write(Samples.report(.json, hosts: hosts), to: "report.json"))")]
            for line in lines: validator.validate(line)
            bad = dict(lines[-1]); bad["outcome"] = "perhaps"
            assert not validator.is_valid(bad)
            print(len(lines))
            """
        let path = "\(Program.tools)/bin/python3"
        let output = try await Command.output(path, [try folder.write(script, to: "check.py")])
        #expect(output == "\(hosts + 2)\n")
    }

    @Test func `CSV has as many fields on each line, and none that a table program takes for a formula`() async throws {
        let folder = try TemporaryFolder("report")
        let script = """
            import csv
            rows = list(csv.reader(open("\(try folder.write(Samples.report(.csv), to: "report.csv"))", newline="")))
            assert len({len(row) for row in rows}) == 1, rows
            assert not any(field[:1] in "=+-@" for row in rows for field in row if field)
            print(len(rows))
            """
        #expect(try await Command.output("/usr/bin/python3", [try folder.write(script, to: "check.py")]) == "9\n")
    }

    @Test func `what a service said cannot command a terminal`() {
        for format in ReportFormat.allCases {
            let report = Samples.report(format)
            #expect(
                !report.unicodeScalars.contains {
                    $0.value < 0x20 && $0 != "\n" && $0 != "\r" && $0 != "\t" || $0.value == 0x7F
                })
        }
    }

    @Test func `a difference tells what came, went and changed`() throws {
        var writer = JSONReport()
        func report(_ change: (inout HostResult) -> Void) -> [UInt8] {
            var host = Samples.hosts[0]
            change(&host)
            return Array((writer.begin(Samples.description) + writer.add(host)).utf8)
        }
        let old = report { _ in }
        let new = report { host in
            host.ports[0].service?.version = "9.3p1"
            host.ports[1].state = .open
            host.ports.remove(at: 2)
            host.otherPorts[0].ports = host.otherPorts[0].ports.union(PortSet([443]))
        }
        #expect(try ReportDifference(from: old, to: old).changes.isEmpty)
        #expect(
            try ReportDifference(from: old, to: new).text == """
                ~ 192.0.2.10 22/tcp: open ssh OpenSSH 9.2p1 -> open ssh OpenSSH 9.3p1
                ~ 192.0.2.10 80/tcp: closed -> open
                ~ 192.0.2.10 443/tcp: open http =cmd|calc,nginx -> closed

                """)
        #expect(throws: ReportError.self) { try ReportDifference(from: Array("{".utf8), to: old) }
        #expect(throws: ReportError.self) { try ReportDifference(from: [], to: old) }
    }
}
