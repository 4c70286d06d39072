import DHCP
import DHCPServer
import Hypervisor
import Settings

/// Where the leases of a configuration are kept.
enum LeasePlace {
    /// Opens the file, or asks etcd.
    static func store(_ place: String) throws(LeaseStoreError) -> any LeaseStore {
        let shared: SharedLeases?
        do throws(Refusal) { shared = try SharedLeases.read(place) } catch {
            throw LeaseStoreError(error.hint ?? place)
        }
        guard let shared else { return try SQLiteLeaseStore(path: place) }
        let endpoints = shared.members.compactMap { EtcdEndpoint($0) }
        guard endpoints.count == shared.members.count else {
            throw LeaseStoreError("\(place): a member of etcd is HOST:PORT")
        }
        var patience = EtcdClient.Patience()
        // A client asks again after some seconds; one that waits for longer holds up all others.
        (patience.attempt, patience.whole) = (.milliseconds(700), .seconds(3))
        do {
            return EtcdLeaseStore(try EtcdClient(endpoints, patience: patience), name: shared.name)
        } catch {
            throw LeaseStoreError("\(place): \(error)")
        }
    }
}
