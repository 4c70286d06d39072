#if canImport(Darwin) || os(FreeBSD)
    #if canImport(Darwin)
        import Darwin
    #else
        import Glibc
    #endif
    import Wire

    /// The calls of macOS and FreeBSD themselves.
    struct BSDHost: BSDSystem {
        /// Made for the device when it is opened, so that a closer ends its waits.
        private(set) var shared: SharedDescriptor?

        var layout: BSDRecords.Layout {
            #if canImport(Darwin)
                .macOS
            #else
                .freeBSD
            #endif
        }

        var canLock: Bool {
            #if canImport(Darwin)
                false
            #else
                true
            #endif
        }

        mutating func open(_ path: String) -> Int32 {
            // The path is a string of ours, which ends in a zero while the call reads it.
            #if canImport(Darwin)
                let number = unsafe Darwin.open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
            #else
                let number = unsafe Glibc.open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
            #endif
            guard number >= 0 else { return -errno }
            shared = try? SharedDescriptor(number)
            return shared == nil ? -24 : number
        }

        mutating func control(_ descriptor: Int32, _ request: BSDRequest, _ argument: inout [UInt8]) -> Int32 {
            // A request's number tells the size of its argument, which the arrays here have; one without is not looked at.
            var octets = argument.isEmpty ? [0] : argument
            let result = unsafe ioctl(descriptor, request.rawValue, &octets)
            if !argument.isEmpty { argument = octets }
            return result < 0 ? -errno : 0
        }

        mutating func attach(_ descriptor: Int32, _ filter: FilterProgram) -> Int32 {
            // An instruction lies in memory as `struct bpf_insn` does; the kernel copies and writes to none.
            let result = unsafe filter.instructions.withUnsafeBytes { octets -> Int32 in
                var program = unsafe bpf_program(
                    bf_len: UInt32(filter.instructions.count),
                    bf_insns: UnsafeMutableRawPointer(mutating: octets.baseAddress)?.assumingMemoryBound(
                        to: bpf_insn.self))
                return unsafe ioctl(descriptor, BSDRequest.setFilter.rawValue, &program)
            }
            return result < 0 ? -errno : 0
        }

        mutating func read(_ descriptor: Int32, into buffer: inout [UInt8]) -> Int {
            // The call fills the array's own memory, no more than it has.
            let count = unsafe buffer.withUnsafeMutableBytes { octets in
                #if canImport(Darwin)
                    unsafe Darwin.read(descriptor, octets.baseAddress, octets.count)
                #else
                    unsafe Glibc.read(descriptor, octets.baseAddress, octets.count)
                #endif
            }
            return count < 0 ? Int(-errno) : count
        }

        mutating func write(_ descriptor: Int32, _ frame: RawSpan) -> Int {
            // The frame stays while the call copies it.
            let count = unsafe frame.withUnsafeBytes { octets in
                #if canImport(Darwin)
                    unsafe Darwin.write(descriptor, octets.baseAddress, octets.count)
                #else
                    unsafe Glibc.write(descriptor, octets.baseAddress, octets.count)
                #endif
            }
            return count < 0 ? Int(-errno) : count
        }

        mutating func wait(
            _ descriptor: Int32, toWrite: Bool, until deadline: Deadline, slice: Int?
        ) throws(LinkError) -> Bool {
            guard let shared else { throw .closed }
            return try shared.wait(toWrite: toWrite, until: deadline, slice: slice)
        }

        mutating func close(_ descriptor: Int32) {
            shared?.close()
            shared = nil
        }

        /// The address and the index of an interface (`getifaddrs(3)`, `struct sockaddr_dl`).
        static func identity(of interface: String) -> (address: MACAddress?, index: Int) {
            // The name is a string of ours while the call reads it.
            let index = Int(unsafe if_nametoindex(interface))
            var first: UnsafeMutablePointer<ifaddrs>?
            guard unsafe getifaddrs(&first) == 0 else { return (nil, index) }
            // The list is ours until it is given back, and nothing of it is kept.
            defer { unsafe freeifaddrs(first) }
            var next = unsafe first
            while let entry = unsafe next {
                unsafe next = entry.pointee.ifa_next
                guard let form = unsafe entry.pointee.ifa_addr, unsafe form.pointee.sa_family == UInt8(AF_LINK),
                    unsafe String(cString: entry.pointee.ifa_name) == interface
                else { continue }
                // Length, family, index, type, then the lengths of name and address, and behind the rest these two.
                let octets = unsafe UnsafeRawBufferPointer(start: form, count: Int(form.pointee.sa_len))
                guard octets.count >= 8, unsafe octets[6] == 6 else { return (nil, index) }
                let start = unsafe 8 + Int(octets[5])
                guard octets.count >= start + 6 else { return (nil, index) }
                let number = (0..<6).reduce(UInt64(0)) { unsafe $0 << 8 | UInt64(octets[start + $1]) }
                return (MACAddress(rawValue: number), index)
            }
            return (nil, index)
        }
    }
#endif
