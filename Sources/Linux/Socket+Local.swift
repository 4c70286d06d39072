import CLinux
import Glibc
import SystemPackage

/// Calls on stream sockets of this machine alone (`unix(7)`), and calls that wait, for threads that have nothing else to do.
extension Socket {
    /// Makes a socket that listens at `path`, for its owner alone; what a dead process left there is removed.
    package static func listening(atPath path: String) throws(SystemError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Int32(try require(.socket) { Int(socket(AF_UNIX, kind, 0)) })
        do throws(SystemError) {
            // The string's octets are lent for the call.
            if !isAnswered(path) { _ = unsafe unlink(path) }
            var form = try localAddress(path)
            // Nobody may connect between the call and a change of rights.
            let mask = umask(0o177)
            defer { umask(mask) }
            try require(.bind, descriptor) {
                unsafe withUnsafePointer(to: &form) {
                    unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe Int(bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)))
                    }
                }
            }
            try require(.listen, descriptor) { Int(listen(descriptor, 16)) }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Connects to who listens at `path`; calls on the socket wait, at most `seconds` each.
    package static func connecting(toPath path: String, seconds: Int) throws(SystemError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Int32(try require(.socket) { Int(socket(AF_UNIX, kind, 0)) })
        do throws(SystemError) {
            try setTimeouts(descriptor, seconds: seconds)
            var form = try localAddress(path)
            // The form stays for the call, and its length is right.
            try require(.connect, descriptor) {
                unsafe withUnsafePointer(to: &form) {
                    unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe Int(Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)))
                    }
                }
            }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Lets calls on a socket wait for at most so many seconds (SO_RCVTIMEO, SO_SNDTIMEO).
    package static func setTimeouts(_ descriptor: Int32, seconds: Int) throws(SystemError) {
        let time = timeval(tv_sec: seconds, tv_usec: 0)
        try set(descriptor, SOL_SOCKET, SO_RCVTIMEO, to: time)
        try set(descriptor, SOL_SOCKET, SO_SNDTIMEO, to: time)
    }

    /// Lets calls on a socket that was made not to wait do so.
    package static func setWaiting(_ descriptor: Int32) {
        _ = invoke(.fcntl, descriptor) { Int(fcntl(descriptor, F_SETFL, 0)) }
    }

    private static func isAnswered(_ path: String) -> Bool {
        guard let descriptor = try? connecting(toPath: path, seconds: 1) else { return false }
        close(descriptor)
        return true
    }

    private static func localAddress(_ path: String) throws(SystemError) -> sockaddr_un {
        var form = sockaddr_un()
        form.sun_family = UInt16(AF_UNIX)
        let octets = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: form.sun_path)
        guard octets.count < room, !octets.contains(0) else { throw SystemError(call: "bind", code: .fileNameTooLong) }
        // It fits, as has just been seen.
        unsafe withUnsafeMutableBytes(of: &form.sun_path) { place in
            // The rest is zero, as the structure was made.
            unsafe place.copyBytes(from: octets)
        }
        return form
    }
}
