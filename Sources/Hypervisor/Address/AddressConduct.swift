package import DHCP
import DHCPServer
package import Link
import Wire

/// Answers every droplet of a hypervisor, as a value: frames and the time go in, frames come out.
///
/// A droplet is known by the VLAN tag that the bridge pushes for its port (Documentation/hvaddrd.md says why), so that finding
/// it is one step, whatever the number of droplets. Nothing a droplet sends makes anything grow.
package struct AddressConduct: Sendable {
    package private(set) var identity: HypervisorIdentity

    /// By tag; the first has no place in a tag, and stays empty.
    private var droplets: [DropletConduct?] = Array(repeating: nil, count: 4095)

    /// When each droplet's tick is due, in an array of its own that is quick to go over; `Int64.max` is never.
    private var due: [Int64] = Array(repeating: .max, count: 4095)
    private var earliest = Int64.max

    /// What happened to frames of no droplet, and of droplets that are gone.
    private var rest = AddressTally()
    private var random: ConductRandom

    package init(as identity: HypervisorIdentity, random: ConductRandom = ConductRandom()) {
        (self.identity, self.random) = (identity, random)
    }

    package var count: Int { droplets.reduce(0) { $0 + ($1 == nil ? 0 : 1) } }

    /// Answers a droplet by these parameters from now on.
    package mutating func set(_ parameters: DropletParameters, tag: UInt16, at now: Instant) {
        let index = Int(tag)
        if droplets[index]?.parameters.port == parameters.port {
            droplets[index]?.update(parameters, as: identity, at: now)
        } else {
            remove(tag: tag)
            droplets[index] = DropletConduct(parameters, tag: tag, as: identity, at: now)
        }
        schedule(index)
    }

    /// Answers the port of a tag no longer.
    package mutating func remove(tag: UInt16) {
        let index = Int(tag)
        guard let old = droplets[index] else { return }
        rest.add(old.tally)
        droplets[index] = nil
        due[index] = .max
    }

    /// Takes a frame; `vlan` is what the kernel took off it.
    package mutating func receive(
        _ octets: RawSpan, vlan: UInt16?, checksum: FrameInformation.ChecksumState = .unknown,
        originalLength: Int? = nil, at now: Instant, into outcome: inout Outcome
    ) {
        let frame: FrameReader.Frame
        let known = vlan.map(Int.init).flatMap { droplets.indices.contains($0) && droplets[$0] != nil ? $0 : nil }
        do throws(FrameReader.Refusal) {
            guard octets.byteCount == originalLength ?? octets.byteCount else { throw FrameReader.Refusal("too-long") }
            frame = try FrameReader.read(octets, checksum: checksum, vlan: vlan)
        } catch {
            if let known { droplets[known]?.refuse(error.reason) } else { refuse(error.reason) }
            return
        }
        guard frame.vlan != 0 else { return refuse("untagged") }
        let index = Int(frame.vlan)
        guard droplets.indices.contains(index), droplets[index] != nil else { return refuse("unknown-tag") }
        droplets[index]?.receive(
            frame, octets, isChecksumPartial: checksum != .unknown, at: now, using: &random, into: &outcome)
        schedule(index)
    }

    private mutating func refuse(_ reason: StaticName) {
        rest.add(.received)
        rest.drop("frame", reason)
    }

    private mutating func schedule(_ index: Int) {
        due[index] = droplets[index]?.nextTick?.nanoseconds ?? .max
        earliest = min(earliest, due[index])
    }

    /// When `tick` is wanted, or a little earlier; nil if nothing is due.
    package var nextTick: Instant? { earliest == .max ? nil : Instant(nanoseconds: earliest) }

    /// Sends what is due: advertisements.
    package mutating func tick(at now: Instant, into outcome: inout Outcome) {
        guard earliest <= now.nanoseconds else { return }
        earliest = .max
        for index in due.indices {
            if due[index] <= now.nanoseconds {
                droplets[index]?.tick(at: now, using: &random, into: &outcome)
                due[index] = droplets[index]?.nextTick?.nanoseconds ?? .max
            }
            earliest = min(earliest, due[index])
        }
    }

    /// Whether a transmission goes to a droplet, as all should; what would go through the kernel's routes does not.
    package func isSendable(_ transmission: Transmission) -> Bool {
        switch transmission.target {
        case .routed, .routed6: false
        case .client, .client6, .neighbor: true
        }
    }

    /// Appends the frame of a transmission that is sendable.
    package func write(_ transmission: Transmission, of outcome: Outcome, to frame: inout OutputSpan<UInt8>) {
        let droplet = droplets[Int(transmission.link.vlan)]
        FrameWriter.write(
            transmission, outcome.octets.span.octets.extracting(transmission.range), from: identity.hardwareAddress,
            linkLocal: droplet?.routerAddress ?? .hypervisorRouter, to: &frame)
    }

    /// The most octets of a frame that `write` appends.
    package static let frameLimit = FrameWriter.headroom + 1500

    /// What happened to the frames of one droplet; nil if there is none of that tag.
    package func tally(ofTag tag: UInt16) -> AddressTally? { droplets[Int(tag)]?.tally }

    /// What happened to all frames.
    package var tally: AddressTally {
        droplets.reduce(into: rest) { sum, droplet in if let droplet { sum.add(droplet.tally) } }
    }
}
