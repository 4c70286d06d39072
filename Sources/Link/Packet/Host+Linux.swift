#if os(Linux)
    import Linux

    /// The few calls on descriptors that systems differ in, here Linux's; `BSD/Host+BSD.swift` has the others'.
    enum Host {
        /// What a wait ended with.
        enum Awaited { case ready, woken, timedOut }

        /// What wakes a thread that waits.
        struct Wake: ~Copyable, Sendable {
            private let event: EventDescriptor

            init(on interface: String?) throws(LinkError) {
                event = try linking(on: interface) { () throws(SystemError) in try EventDescriptor() }
            }

            var descriptor: Int32 { event.descriptor }

            borrowing func signal() { event.signal() }
        }

        static func close(_ descriptor: Int32) { Socket.close(descriptor) }

        /// Waits until `descriptor` can be read (or written), or `wake` can be read; for ever if the time is negative.
        static func wait(for descriptor: Int32, toWrite: Bool, or wake: Int32, nanoseconds: Int) -> Awaited {
            switch Socket.wait(for: descriptor, toWrite: toWrite, or: wake, nanoseconds: nanoseconds) {
            case .ready: .ready
            case .woken: .woken
            case .timedOut: .timedOut
            }
        }
    }
#endif
