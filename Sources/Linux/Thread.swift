import CLinux
import Glibc

/// A thread of the system with a loop of its own; to be joined, or detached, by whoever started it.
package struct Thread: Sendable {
    // pthread_t is a handle that any thread may join, once.
    private let handle: pthread_t

    /// Starts `body`, named for `top`, on `core` alone if one is given.
    ///
    /// Signals are left to the process's other threads.
    package init(name: String, core: Int? = nil, _ body: @escaping @Sendable () -> Void) {
        // The new thread takes the one reference over that is made here.
        let start = unsafe Unmanaged.passRetained(
            Start {
                apus_mask_signals(1)
                // The kernel refuses a name of more than 15 octets.
                unsafe apus_name_thread(String(decoding: name.utf8.prefix(15), as: UTF8.self))
                if let core { _ = invoke(.sched_setaffinity) { Int(apus_pin_thread(Int32(core))) } }
                body()
            })
        var handle = pthread_t()
        let code = unsafe pthread_create(&handle, nil, { unsafe Start.run($0) }, start.toOpaque())
        precondition(code == 0, "the system can start one more thread")
        self.handle = handle
    }

    /// Waits until the thread has ended.
    package func join() { pthread_join(handle, nil) }

    /// Lets the thread give its memory back by itself when it ends; nobody may join it then.
    package func detach() { pthread_detach(handle) }

    /// Lets the calling thread sleep for so long; a signal may end it earlier.
    package static func sleep(nanoseconds: UInt64) {
        guard nanoseconds > 0 else { return }
        var time = timespec(
            tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        // The call reads the structure, which is on our stack, and is not told where to write.
        _ = unsafe nanosleep(&time, nil)
    }

    /// Gives up every capability of the calling thread but those of `kept` (`capabilities(7)`, their numbers), for ever.
    package static func keepCapabilities(_ kept: [Int]) {
        // It cannot fail: nothing is asked for that there was not.
        _ = apus_keep_capabilities(kept.reduce(0) { $0 | 1 << UInt64($1) })
    }

    /// The cores that this process may run on.
    package static var allowedCores: [Int] {
        var cores = [Int32](repeating: 0, count: 1024)
        // The call writes no more numbers than the array has.
        let count = unsafe apus_allowed_cores(&cores, 1024)
        return cores.prefix(Int(max(count, 0))).map(Int.init)
    }
}

private final class Start {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        // It is what init made for this thread, which takes the reference once.
        if let argument = unsafe argument {
            unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
        }
        return nil
    }
}
