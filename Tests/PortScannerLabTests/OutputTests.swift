import Glibc
import Lab
import PortScanner
import Testing

/// Where results go to: disks that are full, readers that go away, terminals.
@Suite("Outputs", .enabled("namespaces, nft and nmap are needed") { await Tools.arePresent() })
struct OutputTests {
    let lab: ScanLab
    let folder: TemporaryFolder

    init() async throws {
        (lab, folder) = (try await ScanLab(), try TemporaryFolder("output"))
    }

    /// Runs lines of the shell in the scanner's namespace; `$apus` is the command, `$d` a folder.
    private func shell(_ lines: String) async throws -> Command.Result {
        var options = Process.Options()
        options.namespace = lab.scanner.name
        let head = "apus='\(Tools.apus) scan --no-progress'; d=\(folder.path)\n"
        return try await Command.run("/bin/bash", ["-c", head + lines], options: options)
    }

    @Test(arguments: ["100k", "700k"])
    func `a disk that is full is told, and leaves whole reports`(_ size: String) async throws {
        // `ip netns exec` gives a mount namespace of its own, and what is mounted there goes with it.
        let result = try await shell(
            """
            mkdir $d/full $d/also; mount -t tmpfs -o size=\(size) none $d/full
            $apus -n -Pn -p80 -oX $d/full/x -oJ $d/full/j -oN $d/full/n -oC $d/also/c 10.9.0.0/16
            echo "exit $?"; cat $d/full/x > $d/x; cat $d/full/j > $d/j; cat $d/full/n > $d/n
            df --output=avail $d/full | tail -1
            """)
        #expect(result.output.contains("exit 73"), "\(result.output)")
        #expect(
            result.errors.contains("cannot write \(folder.path)/full/")
                && result.errors.contains("No space left on device"),
            "\(result.errors)")
        try await Command.output("xmllint", ["--noout", "--dtdvalid", "/usr/share/nmap/nmap.dtd", folder.file("x")])
        #expect(Files.text(folder.file("x"))?.contains("exit=\"error\" errormsg=\"cannot write") == true)
        let lines = Files.text(folder.file("j"))?.split(separator: "\n") ?? []
        #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
        #expect(lines.last?.contains("\"outcome\":\"failed\"") == true)
        #expect(Files.text(folder.file("n"))?.contains("# Failed: cannot write") == true)
        // The one that had room got all that the others got, and ends with a whole line.
        let table = Files.text(folder.file("also/c")) ?? ""
        #expect(table.hasSuffix("\r\n"))
        #expect(table.split(whereSeparator: \.isNewline).count >= lines.count - 1)
    }

    @Test func `a scan to a disk that was full goes on once there is room`() async throws {
        // Two groups: the first fits.
        let result = try await shell(
            """
            mkdir $d/full; mount -t tmpfs -o size=64k none $d/full; head -c 57344 /dev/zero > $d/full/ballast
            words="-n -Pn -p80 --open -oG $d/full/g --resume $d/state 10.9.0.0/18"
            $apus $words > $d/screen; echo "exit $?"
            rm $d/full/ballast; mount -o remount,size=8m $d/full
            $apus $words > $d/screen; echo "exit $?"
            grep -c /open/ $d/full/g; grep /open/ $d/full/g | sort -u | wc -l; grep -c '^# Apus done' $d/full/g
            """)
        #expect(
            result.output.split(separator: "\n") == ["exit 73", "exit 0", "8192", "8192", "1"],
            "\(result.output) \(result.errors)")
    }

    @Test func `a reader that goes away ends the scan without a word`() async throws {
        let result = try await shell(
            """
            time $apus -n -Pn -p80 --open -oG - 10.16.0.0/12 | head -1; echo "${PIPESTATUS[*]}"
            $apus -n -p80 10.8.0.2-5 | head -1 > /dev/null; echo "${PIPESTATUS[*]}"
            """)
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 3 && lines[1] == "141 0" && lines[2] == "141 0" || lines.last == "0 0", "\(result)")
        #expect(!result.errors.contains("error"), "\(result.errors)")
        #expect(!result.errors.contains("probes sent (") || lines.last == "0 0", "\(result.errors)")
    }

    @Test func `files are written to the end though nobody reads standard output`() async throws {
        let result = try await shell(
            """
            $apus -n -Pn -p80 -oX $d/x 10.9.0.0/20 | head -1 > /dev/null; echo "${PIPESTATUS[*]}"
            """)
        #expect(result.output == "0 0\n", "\(result)")
        try await Command.output("xmllint", ["--noout", "--dtdvalid", "/usr/share/nmap/nmap.dtd", folder.file("x")])
        #expect(Files.text(folder.file("x"))?.contains("exit=\"success\"") == true)
        #expect((Files.text(folder.file("x")) ?? "").split(separator: "</host>").count == 4097)
    }

    @Test func `a terminal is told how far the scan is, and results are not`() async throws {
        let script = """
            import os, pty, subprocess, sys
            ours, theirs = pty.openpty()
            scan = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=theirs)
            os.close(theirs)
            told = b""
            out = scan.stdout.read()
            try:
                while piece := os.read(ours, 4096): told += piece
            except OSError: pass
            sys.stdout.buffer.write(out); sys.stderr.buffer.write(told)
            """
        var options = Process.Options()
        options.namespace = lab.scanner.name
        let result = try await Command.run(
            "/usr/bin/python3",
            ["-c", script, Tools.apus, "scan", "-n", "-p1-6000", "--rate", "2000", "10.8.0.2"], options: options)
        #expect(result.output.contains("80/tcp") && !result.output.contains("answered"))
        let line = /syn: \d+ sent, \d+ answered, \d+ lost, \d+\/s, \d+s left/
        #expect(result.errors.contains(line), "\(result.errors)")
        let dumb = try await Tools.scan(["-n", "-p1-3000", "--rate", "2000", "10.8.0.2"], in: lab.scanner)
        #expect(!dumb.errors.contains("left") && dumb.errors.split(separator: "\n").count == 1)
    }
}
