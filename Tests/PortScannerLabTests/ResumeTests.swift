import FoundationEssentials
import Glibc
import Lab
import PortScanner
import Testing

@Suite("Scans that go on", .enabled("namespaces, nft and nmap are needed") { await Tools.arePresent() })
struct ResumeTests {
    let lab: ScanLab
    let folder: TemporaryFolder

    init() async throws {
        lab = try await ScanLab()
        folder = try TemporaryFolder("resume")
        // What the target counts itself.
        try await lab.target.load(
            """
            table ip count {
              chain input {
                type filter hook input priority -10
                ip daddr { 10.8.0.2, 10.8.0.3, 10.8.0.4 } tcp flags & (syn | ack) == syn tcp dport 1-20049 counter
              }
            }

            """, in: folder)
    }

    /// Connection requests that reached the target.
    private func requests() async throws -> Int {
        let words = try await lab.target.run("nft", ["list", "table", "ip", "count"]).split(
            whereSeparator: \.isWhitespace)
        return words.firstIndex(of: "packets").flatMap { Int(words[$0 + 1]) } ?? -1
    }

    private static let formats = ["X", "N", "G", "J", "C"]

    /// A scan of 60,147 ports, 50 of which drop, to files of every form.
    private func arguments(_ kind: String, _ name: String) -> [String] {
        let files = Self.formats.flatMap { ["-o\($0)", folder.file("\(name).\($0)")] }
        return [
            "-n", kind, "-p1-20049", "--rate", "20000", "--no-progress", "--resume", folder.file("state"),
            "10.8.0.2-4",
        ] + files
    }

    private func begin(_ arguments: [String]) throws -> Process {
        var options = Process.Options()
        options.namespace = lab.scanner.name
        options.output = .file(folder.file("screen"))
        options.errors = .file(folder.file("errors"))
        return try Process(Tools.apus, ["scan"] + arguments, options: options)
    }

    @Test(arguments: ["-sS", "-sT"])
    func `a scan ended in the middle goes on, and its reports are those of a whole one`(_ kind: String) async throws {
        let whole = try await Tools.scan(arguments(kind, "whole"), in: lab.scanner)
        #expect(whole.exit.isSuccess, "\(whole.errors)")
        #expect(!Files.exists(folder.file("state")))
        let before = try await requests()
        #expect(before >= 60_147)

        // The very same words each time: a scan with others is another one.
        let words = arguments(kind, "parts")
        for milliseconds in [900, 1100] {
            let scan = try begin(words)
            try await Task.sleep(for: .milliseconds(milliseconds))
            scan.signal(SIGINT)
            #expect(await scan.exit() == .code(3))
            #expect(Files.exists(folder.file("state")))
            try await check("parts", isWhole: false)
        }
        let rest = try await Tools.scan(words, in: lab.scanner)
        #expect(rest.exit.isSuccess, "\(rest.errors)")
        #expect(!Files.exists(folder.file("state")))
        try await check("parts", isWhole: true)
        // Each port once; the fifty that drop some times more, and what was under way at both ends.
        let asked = try await requests() - before
        print("\(kind): \(asked) requests in three parts, \(before) in one")
        #expect(asked >= 60_147 && asked < 60_147 + 3000)
    }

    /// Every report is one, tells each host once, and (if it is whole) tells what the whole scan's tells.
    private func check(_ name: String, isWhole: Bool) async throws {
        let script = """
            import json, re, sys, xml.etree.ElementTree as tree
            name, whole = sys.argv[1], sys.argv[2] == "whole"
            def read(path): return open(path, newline="").read()
            def json_hosts(base):
                lines = [json.loads(line) for line in read(base + ".J").splitlines()]
                assert lines[0]["type"] == "scan" and lines[-1]["type"] == "summary"
                assert all(line["type"] == "host" for line in lines[1:-1]), "one head and one foot"
                found = {}
                for line in lines[1:-1]:
                    assert line["address"] not in found, "told twice"
                    found[line["address"]] = sorted(
                        [(p["port"], p["state"], p["reason"]) for p in line["ports"]]
                        + [(o["ports"], o["state"], o["reason"]) for o in line["others"]], key=str)
                return found
            def xml_hosts(base):
                hosts = tree.parse(base + ".X").getroot().findall("host")
                found = {}
                for host in hosts:
                    address = host.find("address").get("addr")
                    assert address not in found, "told twice"
                    found[address] = sorted(
                        [(p.get("portid"), p.find("state").get("state")) for p in host.iter("port")]
                        + [(e.get("ports"), e.get("reason")) for e in host.iter("extrareasons")], key=str)
                return found
            def normal_hosts(base):
                text = read(base + ".N")
                assert text.count("scan initiated") == 1 and text.count("# Apus done") == 1
                parts = re.split(r"(?m)^Scan report for ", text)[1:]
                found = {part.split()[0]: sorted(line for line in part.splitlines() if "/tcp" in line or "Not shown" in line) for part in parts}
                assert len(found) == len(parts), "told twice"
                return found
            def grepable_hosts(base):
                lines = read(base + ".G").splitlines()
                assert len([line for line in lines if line.startswith("# ")]) == 3
                ports = [line for line in lines if "\\tPorts:" in line]
                found = {line.split()[1]: line for line in ports}
                assert len(found) == len(ports), "told twice"
                return found
            def table_hosts(base):
                lines = read(base + ".C").split("\\r\\n")
                assert lines[0].startswith("address,") and len(set(lines[1:-1])) == len(lines) - 2
                return {line: 1 for line in lines[1:-1]}
            for form in (json_hosts, xml_hosts, normal_hosts, grepable_hosts, table_hosts):
                parts = form(name)
                if whole:
                    assert parts == form(name.rsplit("/", 1)[0] + "/whole"), form.__name__
            print("good")
            """
        let result = try await Command.run(
            "/usr/bin/python3", ["-c", script, folder.file(name), isWhole ? "whole" : "part"])
        #expect(result.output == "good\n", "\(result.errors.suffix(600))")
    }

    @Test func `what is no checkpoint is refused, and left alone`() async throws {
        let words = ["-n", "-p80", "--resume", folder.file("state"), "10.8.0.2"]
        let report = "<?xml version=\"1.0\"?>\n<!DOCTYPE nmaprun>\n<nmaprun>\n</nmaprun>\n"
        for text in [
            report, "apus-scan-checkpoint 2\narguments 0\nnext 0\nmemory 4\nxx", "apus-scan-checkpoint 1\n", "",
        ] {
            try Files.write(text, to: folder.file("state"))
            let result = try await Tools.scan(words, in: lab.scanner)
            #expect(result.exit == .code(66), "\(text)")
            #expect(Files.text(folder.file("state")) == text)
            #expect(text != report || result.errors.contains("is a report"))
        }
    }
}
