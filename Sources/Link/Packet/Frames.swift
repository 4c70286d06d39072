#if os(Linux)
    import Linux
    import Synchronization

    /// A frame that was copied out of its socket.
    public struct ReceivedFrame: Sendable {
        /// The frame, as far as it was kept.
        public let octets: [UInt8]
        /// What is known of it beside its octets.
        public let information: FrameInformation
    }

    /// Frames of a socket as an asynchronous sequence, for one reader.
    ///
    /// A thread of its own waits for frames. It stops while `limit` frames, and up to a batch more, wait here; what comes then
    /// waits in the kernel, whose counters tell of drops. The sequence ends with the error of the socket, or when its task is
    /// cancelled. Each frame is copied; the forms that take closures copy nothing.
    public struct Frames: AsyncSequence, Sendable {
        private let stream: AsyncThrowingStream<ReceivedFrame, any Error>
        private let gate: Gate

        fileprivate init(_ socket: consuming PacketSocket, limit: Int) throws(LinkError) {
            precondition(limit > 0, "at least one frame may wait")
            let closer = socket.closer
            let gate = try linking { () throws(SystemError) in try Gate(limit: limit) }
            let (stream, continuation) = AsyncThrowingStream<ReceivedFrame, any Error>.makeStream()
            let held = Held(socket)
            continuation.onTermination = { _ in closer.close() }
            let thread = Thread(name: "frames") {
                do throws(LinkError) {
                    while true {
                        let count = try held.socket.receive { octets, information in
                            continuation.yield(ReceivedFrame(octets: octets.copied(), information: information))
                        }
                        try gate.pass(count, closer.descriptor)
                    }
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            // It ends with the socket, and nobody waits for it.
            thread.detach()
            (self.stream, self.gate) = (stream, gate)
        }

        /// A reader of the frames.
        public func makeAsyncIterator() -> Iterator { Iterator(frames: stream.makeAsyncIterator(), gate: gate) }

        /// Takes frames one by one.
        public struct Iterator: AsyncIteratorProtocol {
            fileprivate var frames: AsyncThrowingStream<ReceivedFrame, any Error>.Iterator
            fileprivate let gate: Gate

            /// The next frame; nil when the task was cancelled.
            public mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws(any Error) -> ReceivedFrame? {
                guard let frame = try await frames.next(isolation: actor) else { return nil }
                gate.take()
                return frame
            }
        }
    }

    extension PacketSocket {
        /// Gives the socket over to an asynchronous sequence of its frames; its closer ends that with `LinkError.closed`.
        public consuming func frames(limit: Int = 256) throws(LinkError) -> Frames { try Frames(self, limit: limit) }
    }

    /// Keeps the thread from running ahead of the reader.
    private final class Gate: Sendable {
        private let limit: Int
        private let waiting = Atomic<Int>(0)
        private let room: EventDescriptor

        init(limit: Int) throws(SystemError) {
            self.limit = limit
            room = try EventDescriptor()
        }

        /// The thread has handed over so many frames; it goes on when fewer than the limit wait.
        func pass(_ count: Int, _ socket: SharedDescriptor) throws(LinkError) {
            waiting.add(count, ordering: .acquiringAndReleasing)
            while waiting.load(ordering: .acquiring) >= limit {
                let awaited = Socket.wait(for: room.descriptor, or: socket.wake.descriptor, nanoseconds: -1)
                if awaited == .woken { throw .closed }
                room.clear()
            }
        }

        /// The reader has taken a frame.
        func take() {
            // Only the step below the limit can be what the thread waits for.
            if waiting.subtract(1, ordering: .acquiringAndReleasing).oldValue == limit { room.signal() }
        }
    }

    /// Carries a socket into the thread that alone uses it: nobody else has a reference once the thread has begun.
    private final class Held: @unchecked Sendable {
        var socket: PacketSocket
        init(_ socket: consuming PacketSocket) { self.socket = socket }
    }
#endif
