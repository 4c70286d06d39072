import LoadBalancer
import Simulation
import Testing

@Suite("Hostile requests")
struct HostileRequestTests {
    /// A request that would be answered if anybody took what stands before it for less than it is.
    private static let smuggled = Array("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

    /// Sends octets whole or one by one; what came back, and what the backends saw.
    private func send(_ octets: [UInt8], isWhole: Bool) throws -> (answer: [UInt8], ledger: Ledger, attempts: Int) {
        var weather = Weather()
        if !isWhole { weather.segment = 1...1 }
        var site = try Site(seed: 1, weather: weather, isPrompt: true)
        for (number, method) in [(1, "GET"), (2, "POST"), (3, "GET")] {
            site.ledger.episodes[number] = Episode(number: number, method: method)
        }
        let client = site.addRaw(octets)
        site.run(seconds: 600)
        #expect(site.worker.network.held == [] && site.worker.network.faults == [])
        return (site.answer(to: client), site.ledger, site.worker.network.attempts)
    }

    private func expect(_ request: HostileRequest, in answer: [UInt8]) {
        guard case .whole(let message) = Message.read(answer, isBodyless: false) else {
            Issue.record("no whole answer: \(String(decoding: answer, as: UTF8.self).debugDescription)")
            return
        }
        #expect(message.status == request.status)
        #expect(message.value("proxy-status")?.hasSuffix("; details=\"\(request.code)\"") == true, "\(message.fields)")
        #expect(message.value("connection") == "close")
        #expect(message.count == answer.count, "one answer, and nothing behind it")
    }

    @Test(arguments: HostileRequest.heads)
    func `a hostile head is refused, and nothing of it reaches a backend`(_ request: HostileRequest) throws {
        for isWhole in [true, false] {
            let (answer, ledger, attempts) = try send(request.octets + Self.smuggled, isWhole: isWhole)
            expect(request, in: answer)
            #expect(attempts == 0 && ledger.heads.isEmpty && ledger.faults == [])
        }
    }

    @Test(arguments: HostileRequest.bodies)
    func `a hostile body is refused, and nothing behind it is a request`(_ request: HostileRequest) throws {
        for isWhole in [true, false] {
            let (answer, ledger, _) = try send(request.octets + Self.smuggled, isWhole: isWhole)
            expect(request, in: answer)
            #expect(ledger.heads[3] == nil && ledger.faults == [])
        }
    }

    @Test(arguments: HostileRequest.heads)
    func `a request before a hostile head is answered, and none behind it`(_ request: HostileRequest) throws {
        let first = Array("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        for isWhole in [true, false] {
            let (answer, ledger, _) = try send(first + request.octets + Self.smuggled, isWhole: isWhole)
            guard case .whole(let message) = Message.read(answer, isBodyless: false) else {
                Issue.record("no whole answer: \(String(decoding: answer, as: UTF8.self).debugDescription)")
                continue
            }
            #expect(message.status == 200 && message.body == Array("answer 1".utf8))
            expect(request, in: Array(answer.dropFirst(message.count)))
            #expect(ledger.heads == [1: 1] && ledger.faults == [])
        }
    }

    @Test func `TRACE is refused, and the connection goes on`() throws {
        let (answer, ledger, _) = try send(
            Array("TRACE /1 HTTP/1.1\r\nHost: a\r\n\r\n".utf8) + Self.smuggled, isWhole: true)
        guard case .whole(let message) = Message.read(answer, isBodyless: false) else {
            Issue.record("no whole answer")
            return
        }
        #expect(message.status == 405 && ledger.heads == [3: 1])
    }
}
