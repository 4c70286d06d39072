import Link
import Testing
import Wire

@Suite("BPF devices of the BSDs")
struct BSDTests {
    @Test func `requests are encoded as the systems' headers have them`() {
        #expect(BSDRequest.seeSent.rawValue == 0x8004_4277)
        #expect(BSDRequest.lock.rawValue == 0x2000_427B)
        #expect(BSDRequest.statistics.rawValue == 0x4008_426F)
        #expect(BSDRequest.linkType.rawValue == 0x4004_426A)
        // sys/ioccom.h and net/bpf.h of FreeBSD and XNU, written out.
        #expect(BSDRequest.bufferLength.rawValue == 0x4004_4266)
        #expect(BSDRequest.setBufferLength.rawValue == 0xC004_4266)
        #expect(BSDRequest.setFilter.rawValue == 0x8010_4267)
        #expect(BSDRequest.flush.rawValue == 0x2000_4268)
        #expect(BSDRequest.promiscuous.rawValue == 0x2000_4269)
        #expect(BSDRequest.setInterface.rawValue == 0x8020_426C)
        #expect(BSDRequest.immediate.rawValue == 0x8004_4270)
        #expect(BSDRequest.headerComplete.rawValue == 0x8004_4275)
    }

    /// A record: times, lengths, header length, padding up to `header`, frame, padding up to the alignment.
    private func record(_ number: UInt8, count: Int, timeWidth: Int, header: Int, alignment: Int) -> [UInt8] {
        var octets: [UInt8] = [number] + Array(repeating: 0, count: timeWidth - 1)
        octets += [7] + Array(repeating: 0, count: timeWidth - 1)
        octets += [UInt8(count), 0, 0, 0, UInt8(count + 1), 0, 0, 0, UInt8(header), 0]
        octets += Array(repeating: 0xEE, count: header - octets.count)
        octets += Array(repeating: number, count: count)
        return octets + Array(repeating: 0xDD, count: (alignment - octets.count % alignment) % alignment)
    }

    @Test(arguments: [true, false])
    func `every frame of a buffer is lent`(_ isMacOS: Bool) {
        let (width, header, alignment) = isMacOS ? (4, 18, 4) : (8, 26, 8)
        let layout = isMacOS ? BSDRecords.Layout.macOS : .freeBSD
        var buffer: [UInt8] = []
        for number in 1...3 {
            buffer += record(UInt8(number), count: 13 + number, timeWidth: width, header: header, alignment: alignment)
        }
        var frames: [[UInt8]] = []
        var times: [UInt64] = []
        var broken = 0
        let count = BSDRecords.walk(buffer.span.octets, layout, broken: &broken) { frame, original, time in
            #expect(original == frame.byteCount + 1)
            frames.append(frame.copied())
            times.append(time)
        }
        #expect(count == 3 && broken == 0)
        #expect(frames == (1...3).map { Array(repeating: UInt8($0), count: 13 + $0) })
        #expect(times == [1_000_007_000, 2_000_007_000, 3_000_007_000])
        // The same buffer, cut anywhere, gives the frames that are whole.
        for end in 0..<buffer.count {
            let cut = Array(buffer[..<end])
            var whole = 0
            BSDRecords.walk(cut.span.octets, layout, broken: &broken) { frame, _, _ in
                #expect(frame.copied() == frames[whole])
                whole += 1
            }
        }
        var lying = buffer
        lying[2 * width + 3] = 0xFF
        broken = 0
        #expect(BSDRecords.walk(lying.span.octets, layout, broken: &broken) { _, _, _ in } == 0)
        #expect(broken == 1)
    }

    @Test func `the next free device is opened, and the filter stands before the interface`() throws {
        var system = PlayedBSD(busy: 2)
        var failure: (call: String, code: Int32)?
        let device = BSDDevice(
            &system, interface: "en0", filter: .acceptAll, bufferLength: 65536, isPromiscuous: false, failure: &failure)
        #expect(device?.bufferLength == 4096)
        #expect(
            system.log == [
                "open /dev/bpf0", "open /dev/bpf1", "open /dev/bpf2", "c0044266 4", "filter 1", "8020426c 32",
                "80044270 4", "80044275 4", "20004268 0", "40044266 4",
            ])
    }

    @Test func `a call that fails is named, and the device is closed`() {
        var system = PlayedBSD(failing: .setInterface)
        var failure: (call: String, code: Int32)?
        let device = BSDDevice(
            &system, interface: "en0", filter: nil, bufferLength: 4096, isPromiscuous: true, failure: &failure)
        #expect(device == nil)
        #expect(failure?.call == "BIOCSETIF" && failure?.code == 6)
        #expect(system.log.last == "close 5")
    }
}
