import Hypervisor
import OpenFlow
import Wire

/// An engine with a model of a switch and a disk, which do at once what it says.
struct EngineLab {
    var engine: FlowEngine
    var model = ModelSwitch()
    var now = Duration.zero
    private(set) var responses: [Int: Result<FlowChangeSummary, FlowFailure>] = [:]
    private(set) var events: [FlowEvent] = []
    /// Every bundle, as it was sent.
    private(set) var bundles: [[FlowMod]] = []
    private(set) var stored: [StoredChange] = []
    var storageFailure: String?
    /// The answer to the next piece of work is lost with the connection; the work is done or not.
    var losesNextAnswer: Bool?

    init(_ settings: FlowEngine.Settings = FlowEngine.Settings()) { engine = FlowEngine(settings) }

    mutating func perform(_ actions: [FlowEngine.Action]) {
        var todo = actions
        while !todo.isEmpty {
            switch todo.removeFirst() {
            case .read:
                todo += engine.read(
                    ports: model.portDescriptions, meters: model.meterConfigurations,
                    groups: Array(model.groups.values), flows: model.statistics, at: now)
            case .meters(let meters): todo += answer { $0.change(meters) }
            case .commit(let changes):
                bundles.append(changes.compactMap { if case .flow(let flow) = $0 { flow } else { nil } })
                todo += answer { $0.commit(changes) }
            case .store(let change):
                if storageFailure == nil { stored.append(change) }
                todo += engine.stored(storageFailure, at: now)
            case .respond(let number, let result): responses[number] = result
            case .tell(let event): events.append(event)
            case .reconnect: todo += engine.disconnected("asked for", at: now)
            }
        }
    }

    private mutating func answer(_ work: (inout ModelSwitch) -> Session.Answer) -> [FlowEngine.Action] {
        guard let isDone = losesNextAnswer else { return engine.answered(work(&model), at: now) }
        losesNextAnswer = nil
        if isDone { _ = work(&model) }
        return engine.disconnected("lost", at: now)
    }

    mutating func connect() { perform(engine.connected(at: now)) }

    mutating func disconnect() { perform(engine.disconnected("gone", at: now)) }

    /// Asks, and gives the answer.
    @discardableResult
    mutating func ask(_ change: FlowChange) throws -> FlowChangeSummary {
        let (number, actions) = engine.submit(change, at: now)
        perform(actions)
        guard let result = responses[number] else { throw Missing() }
        return try result.get()
    }

    struct Missing: Error {}

    /// Lets a time pass.
    mutating func wait(_ time: Duration) {
        now += time
        perform(engine.tick(at: now))
    }

    /// Somebody else changes the switch, and the switch tells.
    mutating func meddle(_ change: (inout ModelSwitch) -> FlowUpdate?) {
        if let update = change(&model), engine.isConnected { perform(engine.updated([update], at: now)) }
    }

    mutating func port(_ name: String, _ number: UInt32?) {
        let old = model.ports[name]
        model.ports[name] = number
        func tell(_ reason: PortStatus.Reason, _ number: UInt32) {
            guard engine.isConnected else { return }
            let port = PortDescription(
                number: PortNumber(rawValue: number), address: MACAddress(rawValue: 0), name: name)
            perform(engine.updated(PortStatus(reason: reason, port: port), at: now))
        }
        if let old { tell(.delete, old) }
        if let number { tell(.add, number) }
    }

    mutating func forget() { bundles = [] }
}

extension FlowChange {
    /// What most tests ask for.
    static func set(_ generation: UInt64, _ flows: [String], owner: UInt16 = 1, force: Bool = false) -> FlowChange {
        FlowChange(.set, owner: owner, flows: flows.map { Item($0, object: 7) }, generation: generation, force: force)
    }

    static func add(_ flows: [String], owner: UInt16 = 1, object: UInt32 = 7) -> FlowChange {
        FlowChange(.add(replacing: nil), owner: owner, flows: flows.map { Item($0, object: object) })
    }
}

/// SplitMix64: the same numbers for the same seed, on every machine.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
