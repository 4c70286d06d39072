/// Under which keys the region is kept.
///
///     /rns/shards                                 how many shards there are; never changes
///     /rns/pools                                  changes with the set of pools
///     /rns/pool/NAME                              a pool (apus.rns.v1.Pool)
///     /rns/address/POOL/OFFSET                    the droplet that has the address
///     /rns/mac/MAC                                the droplet that has the hardware address
///     /rns/droplet/ID                             "HYPERVISOR NONCE": where the droplet is; changes with each change of it
///     /rns/hypervisor/SHARD/NAME                  where a hypervisor is reached (apus.rns.v1.Hypervisor)
///     /rns/held/SHARD/HYPERVISOR/ID               a droplet (apus.rns.v1.Droplet), where its hypervisor finds it
///     /rns/status/SHARD/generation/HYPERVISOR     "MILLISECONDS NONCE": changes with each change of its droplets
///     /rns/status/SHARD/applied/HYPERVISOR        what it is known to have (HypervisorStatus)
///     /rns/member/INSTANCE                        an instance that lives (with its lease)
///     /rns/owner/SHARD                            the instance that tells the shard's hypervisors (with its lease)
package struct RegionKeys: Sendable {
    /// How many shards there are.
    package let shards: Int

    package init(shards: Int) {
        precondition((1...4096).contains(shards), "a region has 1 to 4096 shards")
        self.shards = shards
    }

    package static let shardCount = "/rns/shards"
    package static let pools = KeyRange(prefix: "/rns/pool/")
    package static let poolSet = "/rns/pools"
    package static let addresses = KeyRange(prefix: "/rns/address/")
    package static let droplets = KeyRange(prefix: "/rns/droplet/")
    package static let hypervisors = KeyRange(prefix: "/rns/hypervisor/")
    package static let held = KeyRange(prefix: "/rns/held/")
    package static let members = KeyRange(prefix: "/rns/member/")
    package static let owners = KeyRange(prefix: "/rns/owner/")

    package static func pool(_ name: String) -> String { "/rns/pool/\(name)" }
    package static func addresses(of pool: String) -> KeyRange { KeyRange(prefix: "/rns/address/\(pool)/") }
    package static func address(_ pool: String, _ offset: Int) -> String {
        "/rns/address/\(pool)/\(hexadecimal(offset, digits: 6))"
    }
    package static func hardware(_ address: String) -> String { "/rns/mac/\(address)" }
    package static func droplet(_ id: String) -> String { "/rns/droplet/\(id)" }
    package static func member(_ instance: String) -> String { "/rns/member/\(instance)" }
    package static func owner(_ shard: Int) -> String { "/rns/owner/\(hexadecimal(shard, digits: 3))" }

    /// The shard that a hypervisor's keys are filed under.
    package func shard(of hypervisor: String) -> Int {
        // FNV-1a: every instance, of whatever version, has to come to the same.
        let hash = hypervisor.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return Int(hash % UInt64(shards))
    }

    package func hypervisor(_ name: String) -> String {
        "/rns/hypervisor/\(Self.hexadecimal(shard(of: name), digits: 3))/\(name)"
    }
    package func held(on hypervisor: String) -> KeyRange { KeyRange(prefix: heldFolder(hypervisor)) }
    package func held(_ id: String, on hypervisor: String) -> String { heldFolder(hypervisor) + id }
    package func generation(_ hypervisor: String) -> String {
        "/rns/status/\(Self.hexadecimal(shard(of: hypervisor), digits: 3))/generation/\(hypervisor)"
    }
    package func applied(_ hypervisor: String) -> String {
        "/rns/status/\(Self.hexadecimal(shard(of: hypervisor), digits: 3))/applied/\(hypervisor)"
    }
    package static func hypervisors(in shard: Int) -> KeyRange {
        KeyRange(prefix: "/rns/hypervisor/\(hexadecimal(shard, digits: 3))/")
    }
    package static func held(in shard: Int) -> KeyRange {
        KeyRange(prefix: "/rns/held/\(hexadecimal(shard, digits: 3))/")
    }
    package static func status(in shard: Int) -> KeyRange {
        KeyRange(prefix: "/rns/status/\(hexadecimal(shard, digits: 3))/")
    }

    /// The last part of a key: a name, or an id.
    package static func last(of key: String) -> String {
        String(key.split(separator: "/", omittingEmptySubsequences: false).last ?? "")
    }
    /// The last but one: of a held droplet's key its hypervisor, of an address's its pool, of a status's what it tells.
    package static func lastButOne(of key: String) -> String {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count < 2 ? "" : String(parts[parts.count - 2])
    }

    private func heldFolder(_ hypervisor: String) -> String {
        "/rns/held/\(Self.hexadecimal(shard(of: hypervisor), digits: 3))/\(hypervisor)/"
    }

    private static func hexadecimal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
