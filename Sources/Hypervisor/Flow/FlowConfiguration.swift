/// What hvflowd is told at start.
package struct FlowConfiguration: Sendable {
    package var bridge = "br0"
    /// Where the bridge speaks OpenFlow.
    package var management: Peer
    /// Where the database is; nil to do without, and without ports of long names and their external ids.
    package var database: Peer?
    /// For a switch that is spoken to over TLS.
    package var switchTLS: ServingTLS?
    /// ovs-vswitchd's control socket, or the folder that it is in.
    package var control: String
    /// The folder in which flows are kept.
    package var store: String
    package var engine = FlowEngine.Settings()

    /// Makes one for a bridge of Open vSwitch as it is installed.
    package init(
        bridge: String = "br0", runtimeFolder: String = "/run/openvswitch", store: String = "/var/lib/apus/hvflowd"
    ) throws(HypervisorError) {
        self.bridge = bridge
        management = try Peer("unix:\(runtimeFolder)/\(bridge).mgmt")
        database = try Peer("unix:\(runtimeFolder)/db.sock")
        control = runtimeFolder
        self.store = store
    }
}
