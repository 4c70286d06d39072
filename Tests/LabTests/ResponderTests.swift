import Glibc
import Lab
import Linux
import Synchronization
import Testing

@Suite("The responder")
struct ResponderTests {
    @Test(arguments: [("128", 128), ("0", 0), ("64k", 65_536), ("3m", 3 << 20)])
    func `the path says how large the body is`(_ path: String, _ size: Int) async throws {
        let server = try Server()
        let format = "%{http_code} %{size_download} %header{content-length}"
        let answer = try await curl(["-o", "/dev/null", "-w", format, server.url + path])
        #expect(answer == "200 \(size) \(size)")
    }

    @Test func `any other path names the server`() async throws {
        let server = try Server(name: "green")
        #expect(try await curl(["-i", server.url]).hasSuffix("\r\n\r\nHello from green\n"))
        #expect(try await curl(["-i", server.url + "healthz"]).contains("\r\nX-Backend: green\r\n"))
    }

    @Test func `a HEAD has no body but its length`() async throws {
        let server = try Server()
        let answer = try await curl(["-I", server.url + "64k"])
        #expect(answer.contains("Content-Length: 65536\r\n") && answer.hasSuffix("\r\n\r\n"))
    }

    @Test func `one connection serves many requests, also after a body`() async throws {
        let server = try Server()
        let body = String(repeating: "x", count: 100_000)
        let arguments = ["-w", "%{num_connects}\n", "-o", "/dev/null", "-d", body]
        let next = ["--next"] + ["-s", "--noproxy", "*"]
        let answer = try await curl(arguments + [server.url + "1"] + next + arguments + [server.url + "70k"])
        #expect(answer == "1\n0\n")
    }

    @Test func `heads in pieces and several at once are answered in order`() async throws {
        let server = try Server()
        let script = """
            import re, socket, time
            peer = socket.create_connection(("127.0.0.1", \(server.port.number)))
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for octet in b"GET /1 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n":
                peer.send(bytes([octet])); time.sleep(0.001)
            posts = b"POST /2 HTTP/1.1\\r\\nContent-Length: 5\\r\\n\\r\\nabcde" * 2
            peer.sendall(posts + b"GET /1m HTTP/1.1\\r\\n\\r\\nGET /3 HTTP/1.1\\r\\nConnection: close\\r\\n\\r\\n")
            time.sleep(0.2)
            octets = b""
            while piece := peer.recv(65536): octets += piece
            sizes = []
            while octets:
                head, _, octets = octets.partition(b"\\r\\n\\r\\n")
                size = int(re.search(rb"Content-Length: ([0-9]+)", head)[1])
                assert octets[:size] == b"." * size
                sizes.append(size)
                octets = octets[size:]
            print(sizes)
            """
        #expect(try await Command.output("python3", ["-c", script]) == "[1, 2, 2, 1048576, 3]\n")
    }

    @Test func `a chunked body is refused, for it would be taken for requests`() async throws {
        let server = try Server()
        let arguments = ["-H", "Transfer-Encoding: chunked", "-d", "x", "-w", "%{http_code}", "-o", "/dev/null"]
        #expect(try await curl(arguments + [server.url]) == "411")
    }

    private func curl(_ arguments: [String]) async throws -> String {
        try await Command.output("curl", ["-s", "--noproxy", "*", "-m", "10"] + arguments)
    }
}

/// A responder on a thread of ours, until the last reference goes.
private final class Server: Sendable {
    let port: FreePort
    var url: String { "http://\(port.address)/" }

    private let stop: Flag
    private let thread: Thread

    private final class Flag: Sendable { let isUp = Atomic(false) }

    init(name: String? = nil) throws {
        let port = try FreePort()
        let stop = Flag()
        let address = SocketAddress(ipv4: 0x7F00_0001, port: port.number)
        (self.port, self.stop) = (port, stop)
        thread = Thread(name: "responder") {
            do {
                var responder = try Responder(on: [address], name: name)
                responder.run { stop.isUp.load(ordering: .relaxed) }
            } catch {
                Issue.record(error)
            }
        }
        while !Wait.isListening(address) { usleep(1000) }
    }

    deinit {
        stop.isUp.store(true, ordering: .relaxed)
        thread.join()
    }
}
