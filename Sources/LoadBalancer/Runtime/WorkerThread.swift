import Linux
import Reactor
import Synchronization
import Telemetry

/// A worker on a thread of its own, with its listeners and its loop.
final class WorkerThread: Sendable {
    enum Message: Sendable { case drain, cut }

    let metrics: WorkerMetrics
    private let mailbox: Mailbox<Message>
    private let thread = Guarded<Thread?>(nil)
    private let hasEnded = Atomic(false)
    private let onEnd: @Sendable () -> Void

    /// Tokens of listeners and the mailbox, which no place of a slab has: generations in use are odd.
    private static let mailboxToken = UInt64.max - 1
    private static let listenerToken: UInt64 = 0xFFFF_FFFE_0000_0000

    /// Starts the thread; the listeners' descriptors are its own from now on.
    init(
        shared: Shared, number: Int, core: Int?, listeners: [(descriptor: Int32, index: Int)], log: LogRing?,
        onEnd: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        let mailbox = try Mailbox<Message>()
        self.mailbox = mailbox
        self.onEnd = onEnd
        var network = try SocketNetwork()
        try network.poller.addListener(mailbox.descriptor, token: Self.mailboxToken)
        for (place, listener) in listeners.enumerated() {
            try network.poller.addListener(listener.descriptor, token: Self.listenerToken | UInt64(place))
        }
        let process = shared.configuration.process
        let worker = try Worker(
            shared: shared, network: network, number: number,
            clients: max(1, (process.connections + process.threads - 1) / process.threads), log: log,
            seed: Clock.monotonic ^ UInt64(number) << 56 ^ UInt64.random(in: .min ... .max), now: Clock.monotonic,
            realTime: Clock.real)
        metrics = worker.metrics
        let limit = max(1, (process.connections + process.threads - 1) / process.threads)
        let loop = Guarded(WorkerLoop(worker: worker, listeners: listeners, limit: limit))
        let started = Thread(name: "worker-\(number)", core: core) { [self] in
            // The thread has the loop to itself: the lock only proves it.
            loop.withLock { $0.run(mailbox: mailbox) }
            hasEnded.store(true, ordering: .releasing)
            onEnd()
        }
        thread.withLock { $0 = started }
    }

    /// Takes no more connections, and ends when those there are have ended.
    func drain() { mailbox.post(.drain) }

    /// Cuts what is left.
    func cut() { mailbox.post(.cut) }

    /// Waits for the thread's end.
    func join() {
        let started = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        started?.join()
    }
}

/// The loop of one worker: waits, hands events over, looks at the clock.
struct WorkerLoop: ~Copyable {
    private var worker: Worker<SocketNetwork>
    private let listeners: [(descriptor: Int32, index: Int)]
    private let limit: Int
    /// Listeners are watched only while there is room for connections, and not while descriptors are short.
    private var isAccepting = true
    private var resumesAt: UInt64 = 0
    private var isOver = false

    init(worker: consuming Worker<SocketNetwork>, listeners: [(descriptor: Int32, index: Int)], limit: Int) {
        self.worker = worker
        self.listeners = listeners
        self.limit = limit
    }

    mutating func run(mailbox: Mailbox<WorkerThread.Message>) {
        var lastClock: UInt64 = 0
        while !isOver {
            let most: UInt64 = isAccepting || worker.isDraining ? 1_000_000_000 : 50_000_000
            let count = worker.network.poller.wait(nanoseconds: worker.idleTime(most: most))
            worker.now = Clock.monotonic
            if worker.now &- lastClock > 1_000_000_000 {
                lastClock = worker.now
                worker.setRealTime(Clock.real)
            }
            for index in 0..<count where count > 1 {
                let event = worker.network.poller.event(index)
                if worker.isPooled(event.token) { worker.handle(event.token, event.readiness) }
            }
            for index in 0..<count {
                let event = worker.network.poller.event(index)
                if event.token >> 32 != 0xFFFF_FFFE, event.token != UInt64.max - 1 {
                    worker.handle(event.token, event.readiness)
                } else if event.token == UInt64.max - 1 {
                    for message in mailbox.drain() { take(message) }
                } else {
                    accept(Int(event.token & 0xFFFF_FFFF))
                }
            }
            worker.endRound()
            if !isAccepting, !worker.isDraining, worker.clients < limit, worker.now >= resumesAt { resume() }
            if worker.isDraining, worker.clients == 0 { isOver = true }
        }
        worker.cutAll()
        if !worker.isDraining { closeListeners() }
    }

    private mutating func accept(_ place: Int) {
        guard isAccepting else { return }
        for _ in 0..<64 {
            guard worker.clients < limit else { return pause(for: 0) }
            let result = worker.accept(from: listeners[place].descriptor, listener: listeners[place].index)
            if result.isPending { return }
            switch result.raw {
            case 0...: continue
            // EMFILE, ENFILE, ENOBUFS, ENOMEM: trying again at once would only burn the core.
            case -24, -23, -105, -12: return pause(for: 100_000_000)
            // The client gave up before it was taken, and such (accept(2)).
            default: continue
            }
        }
    }

    private mutating func pause(for nanoseconds: UInt64) {
        isAccepting = false
        resumesAt = worker.now + nanoseconds
        for listener in listeners { worker.network.poller.remove(listener.descriptor) }
    }

    private mutating func resume() {
        isAccepting = true
        for (place, listener) in listeners.enumerated() {
            guard
                (try? worker.network.poller.addListener(
                    listener.descriptor, token: 0xFFFF_FFFE_0000_0000 | UInt64(place))) != nil
            else { return pause(for: 100_000_000) }
        }
    }

    private mutating func take(_ message: WorkerThread.Message) {
        switch message {
        case .drain:
            guard !worker.isDraining else { return }
            // Connections that the kernel has made already are served; closing would reset them.
            for place in listeners.indices { accept(place) }
            closeListeners()
            isAccepting = false
            worker.beginDraining()
        case .cut: isOver = true
        }
    }

    private func closeListeners() {
        for listener in listeners { Socket.close(listener.descriptor) }
    }
}
