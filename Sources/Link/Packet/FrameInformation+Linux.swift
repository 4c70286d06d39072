#if os(Linux)
    import Linux
    import Wire

    extension FrameInformation {
        /// What Linux says (`linux/if_packet.h`).
        init(_ head: PacketHead) {
            originalLength = Int(head.originalLength)
            interfaceIndex = Int(head.interfaceIndex)
            etherType = EtherType(rawValue: head.networkProtocol)
            hardwareType = head.hardwareType
            packetType = PacketType(rawValue: head.packetType)
            (addressLength, address) = (Int(head.addressLength), head.address)
            timestamp = head.timestamp
            // TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID.
            if head.status & 0x10 != 0 {
                let type = head.status & 0x40 != 0 ? EtherType(rawValue: head.vlanProtocol) : .vlan
                vlan = VLAN(etherType: type, control: head.vlanTag)
            }
            // TP_STATUS_CSUMNOTREADY, TP_STATUS_CSUM_VALID.
            if head.status & 0x08 != 0 {
                checksum = .partial
            } else if head.status & 0x80 != 0 {
                checksum = .valid
            }
        }
    }
#endif
