// What gopacket takes for the same job as wire-bench: prints a line JOB<tab>NANOSECONDS for each job.
//
// Built with Debian's golang-github-google-gopacket-dev; see run.
package main

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// A frame of 64 octets: Ethernet, IPv4 and UDP, as wire-bench makes it.
func sample() []byte {
	buffer := gopacket.NewSerializeBuffer()
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolUDP, SrcIP: []byte{192, 0, 2, 1},
		DstIP: []byte{192, 0, 2, 2}, Flags: layers.IPv4DontFragment}
	udp := &layers.UDP{SrcPort: 1000, DstPort: 9}
	if err := udp.SetNetworkLayerForChecksum(ip); err != nil {
		panic(err)
	}
	if err := gopacket.SerializeLayers(buffer, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true},
		&layers.Ethernet{DstMAC: []byte{0, 0, 0x5e, 0, 0x53, 1}, SrcMAC: []byte{0, 0, 0x5e, 0, 0x53, 2},
			EthernetType: layers.EthernetTypeIPv4}, ip, udp, gopacket.Payload(make([]byte, 22))); err != nil {
		panic(err)
	}
	return buffer.Bytes()
}

func fields(ethernet *layers.Ethernet, ip *layers.IPv4, udp *layers.UDP) uint64 {
	hosts := uint64(binary.BigEndian.Uint32(ip.SrcIP) ^ binary.BigEndian.Uint32(ip.DstIP))
	return uint64(ethernet.DstMAC[5]) ^ uint64(ethernet.SrcMAC[5]) ^ hosts ^ uint64(udp.SrcPort) ^
		uint64(udp.DstPort) ^ uint64(ethernet.EthernetType)
}

func measure(job string, count int, work func() uint64) {
	sum := uint64(0)
	start := time.Now()
	for i := 0; i < count; i++ {
		sum += work()
	}
	spent := time.Since(start)
	if sum == 1 {
		panic("the sum is used, so that the work is done")
	}
	fmt.Printf("%s\t%.1f\n", job, float64(spent.Nanoseconds())/float64(count))
}

func main() {
	count := 10000000
	if len(os.Args) > 1 {
		count, _ = strconv.Atoi(os.Args[1])
	}
	frame := sample()
	var ethernet layers.Ethernet
	var ip layers.IPv4
	var udp layers.UDP
	parser := gopacket.NewDecodingLayerParser(layers.LayerTypeEthernet, &ethernet, &ip, &udp)
	parser.IgnoreUnsupported = true
	decoded := make([]gopacket.LayerType, 0, 4)
	measure("seven fields of Ethernet, IPv4 and UDP", count, func() uint64 {
		if err := parser.DecodeLayers(frame, &decoded); err != nil || len(decoded) != 3 {
			panic(err)
		}
		return fields(&ethernet, &ip, &udp)
	})
	measure("the same, by a dissection", count/10, func() uint64 {
		packet := gopacket.NewPacket(frame, layers.LayerTypeEthernet,
			gopacket.DecodeOptions{Lazy: true, NoCopy: true})
		return fields(packet.Layer(layers.LayerTypeEthernet).(*layers.Ethernet),
			packet.Layer(layers.LayerTypeIPv4).(*layers.IPv4), packet.Layer(layers.LayerTypeUDP).(*layers.UDP))
	})
	for _, argument := range os.Args[min(2, len(os.Args)):] {
		name, digits, _ := strings.Cut(argument, "=")
		octets, err := hex.DecodeString(digits)
		if err != nil {
			continue
		}
		header(name, octets, count)
	}
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

// Reads one header as wire-bench does, into memory that is there already.
func header(name string, octets []byte, count int) {
	switch name {
	case "ARP":
		var arp layers.ARP
		measure("ARP packet", count, func() uint64 {
			if err := arp.DecodeFromBytes(octets, gopacket.NilDecodeFeedback); err != nil {
				panic(err)
			}
			return uint64(arp.SourceHwAddress[5]) ^ uint64(arp.DstHwAddress[5]) ^ uint64(arp.SourceProtAddress[3]) ^
				uint64(arp.DstProtAddress[3])
		})
	case "IPv6":
		var ip layers.IPv6
		measure("IPv6 header", count, func() uint64 {
			if err := ip.DecodeFromBytes(octets, gopacket.NilDecodeFeedback); err != nil {
				panic(err)
			}
			return uint64(ip.SrcIP[15]) ^ uint64(ip.DstIP[15]) ^ uint64(ip.HopLimit) ^ uint64(ip.NextHeader)
		})
	case "TCP":
		var tcp layers.TCP
		measure("TCP header and its options", count, func() uint64 {
			if err := tcp.DecodeFromBytes(octets, gopacket.NilDecodeFeedback); err != nil {
				panic(err)
			}
			sum := uint64(tcp.Seq) ^ uint64(tcp.SrcPort)
			for _, option := range tcp.Options {
				sum ^= uint64(option.OptionType)
			}
			return sum
		})
	case "DHCPv4":
		var dhcp layers.DHCPv4
		measure("DHCPv4 message, its type and address", count/10, func() uint64 {
			if err := dhcp.DecodeFromBytes(octets, gopacket.NilDecodeFeedback); err != nil {
				panic(err)
			}
			for _, option := range dhcp.Options {
				if option.Type == layers.DHCPOptMessageType {
					return uint64(option.Data[0]) ^ uint64(dhcp.YourClientIP[3])
				}
			}
			panic("no type")
		})
	}
}
