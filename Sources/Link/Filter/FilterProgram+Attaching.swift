#if os(Linux)
    extension FilterProgram {
        /// Puts the program in force on a socket of any kind, in the place of the one before (`socket(7)`, SO_ATTACH_FILTER).
        package func attach(to descriptor: Int32) throws(LinkError) {
            try PacketSocket.attach(self, to: descriptor, on: nil)
        }
    }
#endif
