import Linux
package import Logging
import Reactor

/// What other threads and tasks see of the loop.
package final class AddressLoopHandle: Sendable {
    private let mailbox: Mailbox<AddressLoop.Message>
    private let thread: Thread

    /// Starts the loop on a thread of its own.
    package init(
        port: String, conduct: AddressConduct, queue: Int, logger: Logger
    ) throws(HypervisorError) {
        let mailbox: Mailbox<AddressLoop.Message>
        do throws(SystemError) { mailbox = try Mailbox() } catch { throw HypervisorError("make a mailbox", "\(error)") }
        self.mailbox = mailbox
        let held = Held(
            try AddressLoop(
                port: port, conduct: conduct, queue: queue, clock: AddressClock(), mailbox: mailbox, logger: logger))
        thread = Thread(name: "address") { held.loop.run() }
    }

    /// Runs `body` between two rounds, and waits for what it returns.
    package func ask<Answer: Sendable>(_ body: @escaping @Sendable (AddressLoop) -> Answer) async -> Answer {
        await withCheckedContinuation { continuation in
            mailbox.post { loop in continuation.resume(returning: body(loop)) }
        }
    }

    /// Ends the loop and waits for its end; nothing is asked of it afterwards.
    package func stop() {
        mailbox.post { $0.stop() }
        thread.join()
    }

    /// Carries the loop into the thread that alone uses it: nobody else has a reference once the thread has begun.
    private final class Held: @unchecked Sendable {
        let loop: AddressLoop
        init(_ loop: AddressLoop) { self.loop = loop }
    }
}
