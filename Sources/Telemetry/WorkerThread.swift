import Glibc

/// A thread that takes no signals and is joined once.
struct WorkerThread: Sendable {
    private let handle: pthread_t

    /// Starts a thread whose name `top -H` shows.
    init(name: String, body: @escaping @Sendable () -> Void) {
        let context = unsafe Unmanaged.passRetained(Context(name: name, body: body)).toOpaque()
        var handle = pthread_t()
        let result = unsafe pthread_create(
            &handle, nil,
            { context in
                // Balanced by `passRetained` above; the context is touched by nobody else.
                let context = unsafe Unmanaged<Context>.fromOpaque(context!).takeRetainedValue()
                // No signal may end up here; SIGPIPE, raised by a write of this thread, is kept away from its victim.
                var all = sigset_t()
                unsafe sigfillset(&all)
                unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
                WorkerThread.rename(to: context.name)
                context.body()
                return nil
            }, context)
        precondition(result == 0, "a thread can be had")
        self.handle = handle
    }

    /// Waits for the thread's end.
    func join() {
        pthread_join(handle, nil)
    }

    /// Gives the calling thread a name of at most 15 octets (`proc(5)`); `pthread_setname_np` needs `_GNU_SOURCE`.
    private static func rename(to name: String) {
        let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = unsafe write(file, name, name.utf8.count)
        close(file)
    }

    private final class Context: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) { (self.name, self.body) = (name, body) }
    }
}
