import CLinux
import Glibc

/// The two ends of a non-blocking pipe, by number, as slabs keep them (`pipe(2)`).
package struct Pipe: BitwiseCopyable, Sendable {
    package let readEnd: Int32
    package let writeEnd: Int32
    /// Octets that fit.
    package let capacity: Int

    /// Makes a pipe of `capacity` octets, or of the system's default if a user's limit forbids so much (`pipe(7)`).
    package init(capacity: Int) throws(SystemError) {
        var ends: [2 of Int32] = [-1, -1]
        try require(.pipe2) {
            // An inline array of two numbers lies in memory as C's does, and the call writes two.
            unsafe withUnsafeMutablePointer(to: &ends) {
                unsafe Int(apus_pipe(UnsafeMutableRawPointer($0).assumingMemoryBound(to: Int32.self)))
            }
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
        let end = ends[1]
        let granted = invoke(.fcntl, end) { Int(apus_set_pipe_size(end, Int32(capacity))) }
        self.capacity = granted > 0 ? granted : 65536
    }

    /// Names a pipe that another than the kernel plays.
    package init(readEnd: Int32, writeEnd: Int32, capacity: Int) {
        (self.readEnd, self.writeEnd, self.capacity) = (readEnd, writeEnd, capacity)
    }

    /// Takes out what is in it, as much as fits.
    package func read(into memory: UnsafeMutableRawBufferPointer) -> Transfer {
        // The kernel writes into the memory, which is lent for the call, no more than fits.
        Transfer(raw: invoke(.read, readEnd) { unsafe Glibc.read(readEnd, memory.baseAddress, memory.count) })
    }

    /// Gives both ends back.
    package func close() {
        Socket.close(readEnd)
        Socket.close(writeEnd)
    }
}
