import Glibc

/// A value that one thread at a time may use (`pthread_mutex_lock(3)`).
///
/// It stands where `Synchronization.Mutex` could: that one waits in the kernel by itself, unseen by ThreadSanitizer, which
/// then calls every use behind it a race. For what is rare; the data plane shares nothing.
@safe
package struct Guarded<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    // Sendable, since the value was sent here, and is only reached while the mutex, which does not move, is held.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let value: UnsafeMutablePointer<Value>

    package init(_ initial: consuming sending Value) {
        // Both are allocated here, initialized before anyone sees them, and freed when no one does.
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe value = .allocate(capacity: 1)
        unsafe value.initialize(to: initial)
        let code = unsafe pthread_mutex_init(mutex, nil)
        precondition(code == 0, "a mutex of the default kind needs nothing")
    }

    deinit {
        // Nobody has a reference any more, hence nobody holds the mutex or the value.
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
        unsafe value.deinitialize(count: 1)
        unsafe value.deallocate()
    }

    /// Lends the value, alone, while `body` runs; what `body` throws is thrown.
    package borrowing func withLock<Result: ~Copyable, Failure>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        // The pointers are valid until deinit, and the value is touched by whoever holds the mutex alone.
        let code = unsafe pthread_mutex_lock(mutex)
        precondition(code == 0, "a thread does not take a lock that it holds")
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try unsafe body(&value.pointee)
    }
}
