public import Wire

extension PacketSocket {
    /// How a socket is opened.
    public struct Options: Sendable {
        /// What of a frame is seen.
        public enum Mode: Sendable {
            /// The whole frame, from the link-layer header on (SOCK_RAW).
            case raw
            /// What follows the link-layer header, which the kernel reads and writes (SOCK_DGRAM).
            case cooked
        }

        /// How sockets of one group share frames (PACKET_FANOUT).
        public struct Fanout: Sendable {
            /// By what the socket of a frame is chosen.
            public enum Mode: UInt16, Sendable {
                case hash = 0
                case roundRobin = 1
                case core = 2
                case rollover = 3
                case random = 4
                case queue = 5
            }

            public var group: UInt16
            public var mode: Mode
            /// Whether a frame for a socket that is full goes to the next one that is not (PACKET_FANOUT_FLAG_ROLLOVER).
            public var rollsOver: Bool

            public init(group: UInt16, mode: Mode = .hash, rollsOver: Bool = false) {
                (self.group, self.mode, self.rollsOver) = (group, mode, rollsOver)
            }
        }

        /// A ring that is shared with the kernel in the place of copied batches (TPACKET_V3).
        public struct Ring: Sendable {
            /// Octets of a block: a multiple of the page size.
            public var blockSize: Int
            public var blockCount: Int
            /// Octets of a slot to send from; a multiple of 16 that divides a block.
            public var frameSize: Int
            /// A block that is not full is handed over after so long.
            public var timeout: Duration

            public init(
                blockSize: Int = 1 << 18, blockCount: Int = 16, frameSize: Int = 2048,
                timeout: Duration = .milliseconds(2)
            ) {
                (self.blockSize, self.blockCount, self.frameSize) = (blockSize, blockCount, frameSize)
                self.timeout = timeout
            }
        }

        /// The interface's name; nil for all interfaces.
        public var interface: String?
        public var mode = Mode.raw
        /// Frames of this type come; nil for all, 0 for a socket that only sends.
        public var etherType: EtherType?
        /// In force before the first frame comes.
        public var filter: FilterProgram?
        /// Whether the filter can neither be changed nor taken off again.
        public var isFilterLocked = false
        /// Groups whose frames the interface is to receive (PACKET_MR_MULTICAST).
        public var groups: [MACAddress] = []
        /// Whether frames for other machines come too.
        public var isPromiscuous = false
        /// Whether frames that this machine sends stay away; Linux 4.20.
        public var ignoresOutgoing = false
        /// Whether frames go to the device past the queueing discipline, and are dropped where it is busy.
        public var bypassesQueue = false
        /// Whether frames come with their time.
        ///
        /// It is `FrameInformation.timestamp`; rings have it always.
        public var hasTimestamps = false
        public var fanout: Fanout?
        public var receiveRing: Ring?
        public var transmitRing: Ring?
        /// Frames of one batch.
        public var batchCount = 64
        /// Octets reserved for each frame of a batch; longer ones are cut.
        public var frameSize = 2048
        /// Octets of the kernel's receive queue, which is beyond the system's limit for those with CAP_NET_ADMIN.
        public var receiveBufferSize: Int?

        /// The whole frames of an interface, or of all.
        public init(interface: String?, etherType: EtherType? = nil) {
            (self.interface, self.etherType) = (interface, etherType)
        }
    }
}
