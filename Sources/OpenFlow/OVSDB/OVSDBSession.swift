/// A client's side of a connection to an OVSDB server (RFC 7047, and ovsdb-server(7)), without the connection.
///
/// It pairs results with requests, answers echoes, sends them when nothing comes, and hands updates of monitors over. Times
/// are durations since any fixed moment.
public struct OVSDBSession: Sendable {
    /// How long it waits.
    public struct Settings: Sendable {
        /// After so long without a message an echo is sent; after as long again the connection is given up.
        public var probeInterval: Duration = .seconds(5)
        /// How long a result may take.
        public var replyTimeout: Duration = .seconds(10)
        /// The most octets of one message.
        public var sizeLimit = 64 << 20

        /// Makes settings with the values said at each.
        public init() {}
    }

    /// What to do, or what was learnt.
    public enum Action: Equatable, Sendable {
        case send([UInt8])
        /// A request has its result.
        case answered(Ticket, Answer)
        /// Rows of a monitor changed.
        case update(monitor: String, OVSDBUpdate)
        /// The server wants the monitor to be asked for anew (`monitor_canceled`).
        case cancelled(monitor: String)
        /// The connection is no use any more.
        case close(Reason)
    }

    /// Names a request.
    public struct Ticket: Hashable, Sendable {
        let number: Int64
    }

    /// What came of a request.
    public enum Answer: Equatable, Sendable {
        case result(JSON)
        /// What the server says is wrong, as it says it.
        case error(JSON)
    }

    /// Why a connection is no use.
    public enum Reason: Equatable, Sendable {
        case malformed(JSONError)
        /// JSON, but no message.
        case unexpected
        case silent
        case unanswered
    }

    private let settings: Settings
    private var stream: JSONStream
    private var lastNumber: Int64 = 0
    private var pending: [Int64: (deadline: Duration, monitor: String?)] = [:]
    private var lastReceived: Duration
    private var probe: Duration?
    private var isClosed = false

    /// Makes a session of a connection that is there at `now`.
    public init(_ settings: Settings = Settings(), at now: Duration) {
        self.settings = settings
        stream = JSONStream(sizeLimit: settings.sizeLimit)
        lastReceived = now
    }

    /// Asks for operations to be done together (RFC 7047, 4.1.3).
    public mutating func transact(
        _ operations: [JSON], in database: String = "Open_vSwitch", at now: Duration
    ) -> (Ticket, [Action]) {
        request("transact", [.string(database)] + operations, monitor: nil, at: now)
    }

    /// Asks to be told of rows, first of all that are there: columns by table (`monitor_cond`, ovsdb-server(7), 4.1.12).
    public mutating func monitor(
        _ columns: [String: [String]], named name: String, in database: String = "Open_vSwitch", at now: Duration
    ) -> (Ticket, [Action]) {
        let tables = columns.mapValues { columns in
            JSON.array([.object(["columns": .array(columns.map { .string($0) })])])
        }
        return request("monitor_cond", [.string(database), .string(name), .object(tables)], monitor: name, at: now)
    }

    private mutating func request(
        _ method: String, _ parameters: [JSON], monitor: String?, at now: Duration
    ) -> (Ticket, [Action]) {
        lastNumber += 1
        pending[lastNumber] = (now + settings.replyTimeout, monitor)
        let message = JSON.object([
            "id": .integer(lastNumber), "method": .string(method), "params": .array(parameters),
        ])
        return (Ticket(number: lastNumber), [.send(message.octets)])
    }

    /// Octets came.
    public mutating func receive(_ octets: [UInt8], at now: Duration) -> [Action] {
        guard !isClosed else { return [] }
        stream.append(octets)
        var actions: [Action] = []
        do throws(JSONError) {
            while !isClosed, let message = try stream.next() {
                lastReceived = now
                probe = nil
                actions += take(message)
            }
        } catch {
            actions += close(.malformed(error))
        }
        return actions
    }

    /// Time passed.
    public mutating func tick(at now: Duration) -> [Action] {
        guard !isClosed else { return [] }
        if pending.values.contains(where: { now >= $0.deadline }) { return close(.unanswered) }
        if let sent = probe { return now >= sent + settings.probeInterval ? close(.silent) : [] }
        guard now >= lastReceived + settings.probeInterval else { return [] }
        probe = now
        let echo = JSON.object(["id": .string("echo"), "method": .string("echo"), "params": .array([])])
        return [.send(echo.octets)]
    }

    /// When `tick` has something to do next, if nothing comes before; nil when closed.
    public var deadline: Duration? {
        guard !isClosed else { return nil }
        let quiet = (probe ?? lastReceived) + settings.probeInterval
        return pending.values.map(\.deadline).min().map { min($0, quiet) } ?? quiet
    }

    private mutating func close(_ reason: Reason) -> [Action] {
        isClosed = true
        return [.close(reason)]
    }

    private mutating func take(_ message: JSON) -> [Action] {
        guard let members = message.object else { return close(.unexpected) }
        if let method = members["method"]?.string { return take(method, members) }
        guard let id = members["id"] else { return close(.unexpected) }
        // The answer to an echo of ours.
        guard let number = id.integer else { return [] }
        guard let request = pending.removeValue(forKey: number) else { return [] }
        let ticket = Ticket(number: number)
        if let error = members["error"], error != .null { return [.answered(ticket, .error(error))] }
        let result = members["result"] ?? .null
        guard let name = request.monitor else { return [.answered(ticket, .result(result))] }
        guard let update = OVSDBUpdate(result) else { return close(.unexpected) }
        return [.answered(ticket, .result(.null)), .update(monitor: name, update)]
    }

    private mutating func take(_ method: String, _ members: [String: JSON]) -> [Action] {
        guard let parameters = members["params"]?.array else { return close(.unexpected) }
        switch method {
        case "echo":
            let reply = JSON.object([
                "id": members["id"] ?? .null, "result": .array(parameters), "error": .null,
            ])
            return [.send(reply.octets)]
        case "update2":
            guard parameters.count == 2, let name = parameters[0].string, let update = OVSDBUpdate(parameters[1]) else {
                return close(.unexpected)
            }
            return [.update(monitor: name, update)]
        case "monitor_canceled":
            guard let name = parameters.first?.string else { return close(.unexpected) }
            return [.cancelled(monitor: name)]
        default:
            // What we did not ask for needs no answer, unless it is a request.
            guard let id = members["id"], id != .null else { return [] }
            let reply = JSON.object(["id": id, "result": .null, "error": .string("unknown method")])
            return [.send(reply.octets)]
        }
    }
}
