import OpenFlow
import Testing
import Wire

/// A session with a switch that does what it is told here.
private struct Exchange {
    var session = Session()
    var actions: [Session.Action] = []
    var now = Duration.zero

    init(ready: Bool = true) {
        actions = session.connect(at: now)
        guard ready else { return }
        say(1, .hello(Hello(versions: [.openFlow14])))
        say(2, .featuresReply(FeaturesReply(datapath: 7, capabilities: 0)))
        actions = []
    }

    mutating func say(_ transaction: UInt32, _ body: Message.Body) {
        actions += session.receive(Message(transaction: transaction, body).octets, at: now)
    }

    mutating func wait(_ duration: Duration) {
        now += duration
        actions += session.tick(at: now)
    }

    /// What was sent, and is taken out of the actions.
    mutating func sent() throws -> [Message] {
        var buffer = FrameBuffer()
        for case .send(let octets) in actions { buffer.append(octets) }
        actions.removeAll { if case .send = $0 { true } else { false } }
        var messages: [Message] = []
        while let (_, octets) = try buffer.next() { messages.append(try read(Message.self, octets)) }
        return messages
    }
}

@Suite("OpenFlow session")
struct SessionTests {
    @Test func `it says hello, asks for features, and is ready`() throws {
        var exchange = Exchange(ready: false)
        #expect(try exchange.sent().map(\.body) == [.hello(Hello(versions: [.openFlow14]))])
        exchange.say(9, .hello(Hello(versions: [.openFlow14, Version(rawValue: 6)])))
        #expect(try exchange.sent().map(\.body) == [.featuresRequest])
        #expect(!exchange.session.isReady)
        let features = FeaturesReply(datapath: 7, capabilities: 3)
        exchange.say(2, .featuresReply(features))
        #expect(exchange.actions == [.ready(features)])
        #expect(exchange.session.isReady)
    }

    @Test func `a switch without 1.4 is told so`() throws {
        var exchange = Exchange(ready: false)
        _ = try exchange.sent()
        exchange.say(9, .hello(Hello(versions: [Version(rawValue: 1), Version(rawValue: 6)])))
        let message = try #require(try exchange.sent().first)
        guard case .error(let error) = message.body else {
            Issue.record("\(message)")
            return
        }
        #expect(error.code == .helloIncompatible)
        #expect(exchange.actions == [.close(.version)])
    }

    @Test func `an older hello without a bitmap is no 1.4`() throws {
        var exchange = Exchange(ready: false)
        _ = try exchange.sent()
        exchange.actions += exchange.session.receive(octets("01 00 0008 00000001"), at: .zero)
        #expect(exchange.actions.contains(.close(.version)))
    }

    @Test func `anything before the hello closes it`() throws {
        var exchange = Exchange(ready: false)
        _ = try exchange.sent()
        exchange.say(1, .echoRequest([1]))
        #expect(exchange.actions == [.close(.unexpected(.echoRequest))])
        exchange.actions = []
        exchange.say(1, .hello(Hello(versions: [.openFlow14])))
        #expect(exchange.actions == [])
    }

    @Test func `octets may come one by one`() throws {
        var exchange = Exchange()
        for octet in Message(transaction: 5, .echoRequest([1, 2, 3])).octets {
            exchange.actions += exchange.session.receive([octet], at: .zero)
        }
        #expect(try exchange.sent() == [Message(transaction: 5, .echoReply([1, 2, 3]))])
    }

    @Test func `nothing for too long is probed, then given up`() throws {
        var exchange = Exchange()
        exchange.wait(.milliseconds(4999))
        #expect(exchange.actions == [])
        #expect(exchange.session.deadline == .seconds(5))
        exchange.wait(.milliseconds(1))
        #expect(try exchange.sent().map(\.body) == [.echoRequest([])])
        exchange.wait(.seconds(4))
        exchange.say(3, .echoReply([]))
        exchange.wait(.seconds(4))
        #expect(exchange.actions == [])
        exchange.wait(.seconds(1))
        #expect(try exchange.sent().count == 1)
        exchange.wait(.seconds(5))
        #expect(exchange.actions == [.close(.silent)])
        #expect(exchange.session.deadline == nil)
    }

    @Test func `parts of a reply are put together, among other messages`() throws {
        var exchange = Exchange()
        let (ticket, actions) = exchange.session.ask(.multipartRequest(.flows(FlowRequest())), at: .zero)
        exchange.actions = actions
        let asked = try #require(try exchange.sent().first)
        let part = MultipartReply(.flows([FlowStatistics()]), hasMore: true)
        let last = MultipartReply(.flows([]))
        exchange.say(asked.transaction, .multipartReply(part))
        exchange.say(
            0, .portStatus(PortStatus(reason: .add, port: PortDescription(number: .local, address: .zero, name: "br0")))
        )
        exchange.say(asked.transaction, .multipartReply(last))
        #expect(exchange.actions.count == 2)
        #expect(exchange.actions.last == .answered(ticket, .replies([.multipartReply(part), .multipartReply(last)])))
        exchange.say(asked.transaction, .multipartReply(last))
        #expect(exchange.actions.last == .event(.multipartReply(last)))
    }

    @Test func `a reply without an end is given up`() throws {
        var settings = Session.Settings()
        settings.partsLimit = 3
        var exchange = Exchange(ready: false)
        exchange.session = Session(settings)
        exchange.actions = exchange.session.connect(at: .zero)
        exchange.say(1, .hello(Hello(versions: [.openFlow14])))
        exchange.say(2, .featuresReply(FeaturesReply(datapath: 7, capabilities: 0)))
        let (_, actions) = exchange.session.ask(.multipartRequest(.tables), at: .zero)
        exchange.actions = actions
        let transaction = try #require(try exchange.sent().first).transaction
        for _ in 0..<4 { exchange.say(transaction, .multipartReply(MultipartReply(.tables([]), hasMore: true))) }
        #expect(exchange.actions == [.close(.excess)])
    }

    @Test func `an answer that does not come closes it`() {
        var exchange = Exchange()
        _ = exchange.session.ask(.barrierRequest, at: .zero)
        for second in 1...9 {
            exchange.say(0, .echoReply([]))
            exchange.wait(.seconds(1))
            #expect(exchange.actions == [], "\(second)")
        }
        exchange.wait(.seconds(1))
        #expect(exchange.actions == [.close(.unanswered)])
    }

    @Test func `errors name the change that they are about`() throws {
        var exchange = Exchange()
        let (ticket, actions) = exchange.session.change(
            [.flowMod(FlowMod(.add)), .flowMod(FlowMod(.delete)), .flowMod(FlowMod(.add))], at: .zero)
        exchange.actions = actions
        let sent = try exchange.sent()
        #expect(sent.count == 4)
        let error = ErrorMessage(.tableFull, about: [])
        exchange.say(sent[2].transaction, .error(error))
        #expect(exchange.actions == [])
        exchange.say(sent[3].transaction, .barrierReply)
        #expect(exchange.actions == [.answered(ticket, .refused([Session.Refusal(index: 2, error: error)]))])
    }

    @Test func `an error about nothing that was asked is an event`() {
        var exchange = Exchange()
        let error = ErrorMessage(.overlap, about: [])
        exchange.say(4711, .error(error))
        #expect(exchange.actions == [.event(.error(error))])
    }
}

@Suite("OpenFlow bundles")
struct BundleTests {
    /// Opens a bundle of three flows, up to its closing; gives what was sent.
    private func begin(_ exchange: inout Exchange) throws -> (Session.Ticket, [Message]) {
        let change = BundledMessage.Change.flow(FlowMod(.add))
        let (ticket, actions) = exchange.session.commit([change, change, change], at: .zero)
        exchange.actions = actions
        let sent = try exchange.sent()
        #expect(sent.map(\.body.type) == [.bundleControl, .bundleAdd, .bundleAdd, .bundleAdd, .bundleControl])
        for message in sent[1...3] {
            guard case .bundleAdd(let add) = message.body else { continue }
            #expect(add.message.transaction == message.transaction)
        }
        reply(&exchange, sent[0], .openReply)
        return (ticket, sent)
    }

    private func reply(_ exchange: inout Exchange, _ to: Message, _ kind: BundleControl.Kind) {
        guard case .bundleControl(let control) = to.body else { return }
        exchange.say(to.transaction, .bundleControl(BundleControl(bundle: control.bundle, kind)))
    }

    private func kind(_ messages: [Message]) -> BundleControl.Kind? {
        guard messages.count == 1, case .bundleControl(let control) = messages[0].body else { return nil }
        return control.kind
    }

    @Test func `a bundle without errors is committed`() throws {
        var exchange = Exchange()
        let (ticket, sent) = try begin(&exchange)
        #expect(exchange.actions == [])
        reply(&exchange, sent[4], .closeReply)
        let commit = try exchange.sent()
        #expect(kind(commit) == .commitRequest)
        reply(&exchange, commit[0], .commitReply)
        #expect(exchange.actions == [.answered(ticket, .done)])
    }

    @Test func `a refused message discards the bundle`() throws {
        var exchange = Exchange()
        let (ticket, sent) = try begin(&exchange)
        let error = ErrorMessage(ErrorCode(type: 4, number: 9), about: [])
        exchange.say(sent[2].transaction, .error(error))
        reply(&exchange, sent[4], .closeReply)
        let discard = try exchange.sent()
        #expect(kind(discard) == .discardRequest)
        reply(&exchange, discard[0], .discardReply)
        #expect(exchange.actions == [.answered(ticket, .refused([Session.Refusal(index: 1, error: error)]))])
    }

    @Test func `a commit that fails names the change, not the bundle`() throws {
        var exchange = Exchange()
        let (ticket, sent) = try begin(&exchange)
        reply(&exchange, sent[4], .closeReply)
        let commit = try exchange.sent()
        let error = ErrorMessage(.overlap, about: [])
        exchange.say(sent[3].transaction, .error(error))
        exchange.say(commit[0].transaction, .error(ErrorMessage(.bundleFailed, about: [])))
        #expect(exchange.actions == [.answered(ticket, .refused([Session.Refusal(index: 2, error: error)]))])
    }

    @Test func `a bundle that cannot be opened is refused as a whole`() throws {
        var exchange = Exchange()
        let (ticket, actions) = exchange.session.commit([.flow(FlowMod(.add))], at: .zero)
        exchange.actions = actions
        let sent = try exchange.sent()
        let error = ErrorMessage(ErrorCode(type: 17, number: 5), about: [])
        let missing = ErrorMessage(ErrorCode(type: 17, number: 2), about: [])
        exchange.say(sent[0].transaction, .error(error))
        exchange.say(sent[1].transaction, .error(missing))
        exchange.say(sent[2].transaction, .error(missing))
        #expect(
            exchange.actions == [
                .answered(
                    ticket,
                    .refused([
                        Session.Refusal(index: nil, error: error), Session.Refusal(index: 0, error: missing),
                    ]))
            ])
    }
}

@Suite("Reconnection")
struct ReconnectionTests {
    @Test func `waits double, differ, and begin again after a success`() {
        var first = Reconnection(seed: 1)
        var second = Reconnection(seed: 2)
        var waits: [Duration] = []
        var isDifferent = false
        for attempt in 0..<12 {
            let wait = first.failed()
            if wait != second.failed() { isDifferent = true }
            let full = min(Duration.milliseconds(50) * (1 << attempt), .seconds(2))
            #expect(wait >= full * 3 / 4 && wait <= full)
            waits.append(wait)
        }
        #expect(isDifferent)
        first.succeeded()
        #expect(first.failed() <= .milliseconds(50))
    }
}
