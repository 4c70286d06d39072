#if canImport(Darwin) || os(FreeBSD)
    #if canImport(Darwin)
        import Darwin
    #else
        import Glibc
    #endif
    import SystemPackage

    /// The few calls on descriptors that systems differ in, here those of macOS and FreeBSD.
    enum Host {
        /// What a wait ended with.
        enum Awaited { case ready, woken, timedOut }

        /// What wakes a thread that waits: a pipe whose end can be read once it is signalled.
        struct Wake: ~Copyable, Sendable {
            private let (reading, writing): (Int32, Int32)

            init(on interface: String?) throws(LinkError) {
                var ends: [Int32] = [-1, -1]
                // The call fills the two numbers of the array.
                guard unsafe pipe(&ends) == 0 else {
                    throw .call("pipe", interface: interface, code: Errno(rawValue: errno))
                }
                (reading, writing) = (ends[0], ends[1])
                for end in ends {
                    _ = fcntl(end, F_SETFL, O_NONBLOCK)
                    _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                }
            }

            deinit {
                Host.close(reading)
                Host.close(writing)
            }

            var descriptor: Int32 { reading }

            borrowing func signal() {
                var octet: UInt8 = 1
                // One octet of our own; a full pipe has woken everybody already.
                _ = unsafe write(writing, &octet, 1)
            }
        }

        static func close(_ descriptor: Int32) {
            #if canImport(Darwin)
                _ = Darwin.close(descriptor)
            #else
                _ = Glibc.close(descriptor)
            #endif
        }

        /// Waits until `descriptor` can be read (or written), or `wake` can be read; for ever if the time is negative.
        ///
        /// A signal ends the wait early, as `timedOut`: the caller looks at its clock and comes again.
        static func wait(for descriptor: Int32, toWrite: Bool, or wake: Int32, nanoseconds: Int) -> Awaited {
            var places = [
                pollfd(fd: descriptor, events: Int16(toWrite ? POLLOUT : POLLIN), revents: 0),
                pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
            ]
            // Up to the next millisecond, or a short time would be none at all.
            let milliseconds = nanoseconds < 0 ? -1 : Int32(clamping: nanoseconds / 1_000_000 + 1)
            // The call writes to the array's two elements.
            guard unsafe poll(&places, 2, milliseconds) > 0 else { return .timedOut }
            return places[1].revents != 0 ? .woken : places[0].revents != 0 ? .ready : .timedOut
        }
    }
#endif
