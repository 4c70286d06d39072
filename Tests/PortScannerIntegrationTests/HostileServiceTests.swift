import Glibc
import Lab
import Linux
import PortScanner
import Testing

/// Services that mean harm: each is a port of one Python program.
@Suite("Hostile services", .serialized)
struct HostileServiceTests {
    private static let script = """
        import os, socket, socketserver, struct, sys, threading, time
        def endless(c):
            while True: c.sendall(b"A" * 65536)
        def lines(c):
            while True: c.sendall(b"220-x\\r\\n" * 4096)
        def slow(c):
            for b in b"SSH-2.0-" + b"x" * 1000:
                c.sendall(bytes([b])); time.sleep(1)
        def junk(c): c.sendall(os.urandom(4096)); time.sleep(5)
        def reset(c):
            c.recv(1); c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); c.close()
        def mute(c): time.sleep(10)
        def hangup(c): pass
        def escape(c): c.sendall(b"SSH-2.0-\\x1b[2J\\x1b]0;pwned\\x07OpenSSH_9.2p1\\xe2\\x80\\xae\\r\\n"); time.sleep(3)
        def records(c):
            c.recv(5); c.sendall(b"\\x16\\x03\\x03\\xff\\xff" + b"\\0" * 65535)
            while True: c.sendall(b"\\x16\\x03\\x03\\x40\\x00" + b"\\0" * 16384)
        def header(c):
            c.recv(1); c.sendall(b"HTTP/1.1 200 OK\\r\\n")
            while True: c.sendall(b"X: " + b"y" * 8000 + b"\\r\\n")
        def length(c): c.recv(1); c.sendall(b"HTTP/1.1 200 OK\\r\\nServer: huge\\r\\nContent-Length: 99999999999999999999\\r\\n\\r\\n" + b"z" * 1000); time.sleep(5)
        def packet(c): c.sendall(b"\\xff\\xff\\xff\\0\\x0a" + b"5" * 100); time.sleep(5)
        for port, kind in zip(sys.argv[1:], [endless, lines, slow, junk, reset, mute, hangup, escape, records, header, length, packet]):
            class Handler(socketserver.BaseRequestHandler):
                kind = kind
                def handle(self):
                    try: type(self).kind(self.request)
                    except OSError: pass
            class Server(socketserver.ThreadingTCPServer):
                allow_reuse_address = True; daemon_threads = True; request_queue_size = 64
            threading.Thread(target=Server(("127.0.0.1", int(port)), Handler).serve_forever, daemon=True).start()
        print("ready", flush=True)
        time.sleep(120)

        """

    @Test func `they cost two seconds and little memory, and print nothing but text`() async throws {
        let folder = try TemporaryFolder("hostile")
        let ports = try (0..<12).map { _ in try FreePort() }
        var options = Process.Options()
        options.output = .file(folder.file("output"))
        options.errors = .file(folder.file("errors"))
        let path = try folder.write(
            Self.script.replacing("type(self).kind(self.request)", with: "type(self).__dict__['kind'](self.request)"),
            to: "hostile.py")
        let process = try Process("/usr/bin/python3", [path] + ports.map { "\($0.number)" }, options: options)
        try await Wait.until("they are there") { Files.text(folder.file("output"))?.contains("ready") == true }
        let before = Self.peakMemory()
        let targets = ports.map { ServiceScanner.Target(SocketAddress(ipv4: 0x7F00_0001, port: $0.number), .tcp) }
        var found = [ServiceIdentity?](repeating: nil, count: targets.count)
        let start = ContinuousClock.now
        var scanner = try ServiceScanner()
        try scanner.run(targets) { found[$0] = $1 }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print(
            "hostile: \(seconds) s, \(Self.peakMemory() - before) KiB more",
            found.map { $0.map { "\($0.name) \($0.product ?? "") \($0.banner?.prefix(40) ?? "")" } ?? "nil" })
        #expect(seconds < 2.5)
        #expect(Self.peakMemory() - before < 64 << 10)
        for identity in found.compactMap(\.self) {
            for text in [
                identity.product, identity.version, identity.extraInformation, identity.hostName, identity.banner,
            ].compactMap(\.self) {
                #expect(text.utf8.count < 4096)
                #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F || $0.value == 0x202E })
            }
        }
        // Nothing is said of the mute one; who hangs up at once is wrapped; the one with escapes is SSH all the same.
        #expect(found[5] == nil)
        #expect(found[6]?.name == "tcpwrapped")
        #expect(found[7]?.name == "ssh")
        #expect(found[0]?.confidence != .spoken && found[3]?.confidence != .spoken && found[8]?.confidence != .spoken)
        process.kill()
    }

    private static func peakMemory() -> Int {
        var usage = rusage()
        // RUSAGE_SELF.
        getrusage(0, &usage)
        return usage.ru_maxrss
    }
}
