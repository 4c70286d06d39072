/// LDAP: the root entry, which tells the naming contexts and the vendor (RFC 4511, 4.5; RFC 4512, 5.1).
struct LDAPConversation: Conversation {
    mutating func open() -> [UInt8] {
        // searchRequest: base "", scope baseObject, filter (objectClass=*), attributes * and +.
        let filter: [UInt8] = [0x87, 11] + Array("objectClass".utf8)
        let attributes: [UInt8] = [0x30, 6, 0x04, 1, 0x2A, 0x04, 1, 0x2B]
        let search: [UInt8] =
            [0x04, 0, 0x0A, 1, 0, 0x0A, 1, 0, 0x02, 1, 0, 0x02, 1, 5, 0x01, 1, 0] + filter + attributes
        let operation: [UInt8] = [0x63, UInt8(search.count)] + search
        return [0x30, UInt8(operation.count + 3), 0x02, 1, 7] + operation
    }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.count >= 8 else { return octets.first == 0x30 || octets.isEmpty ? .more : .foreign }
        guard octets[0] == 0x30 else { return .foreign }
        // A message: a sequence of the request's identifier and an entry (0x64) or a result (0x65), with any form of length.
        let start = octets[1] < 0x80 ? 2 : 2 + Int(octets[1] & 0x7F)
        guard start <= 6, octets.slice(start, 3) == [0x02, 1, 7], let kind = octets.byte(start + 3) else {
            return .foreign
        }
        guard kind == 0x64 || kind == 0x65 else { return .foreign }
        var identity = ServiceIdentity("ldap")
        if octets.find("OpenLDAProotDSE") != nil || octets.find("OpenLDAP") != nil {
            identity.product = "OpenLDAP"
            identity.platforms = [ServiceIdentity.platform("openldap:openldap", nil)]
        } else if octets.find("isGlobalCatalogReady") != nil {
            identity.product = octets.find("Samba") != nil ? "Samba AD LDAP" : "Microsoft Active Directory LDAP"
        } else if octets.find("389 Project") != nil || octets.find("389-Directory") != nil {
            identity.product = "389 Directory Server"
        }
        if let place = octets.find("namingContexts"), octets.byte(place + 14) == 0x31, octets.byte(place + 16) == 0x04,
            let length = octets.byte(place + 17), length < 0x80
        {
            identity.extraInformation = "context: " + Sanitizer.text(octets.slice(place + 18, length))
        }
        return .found(identity)
    }
}
