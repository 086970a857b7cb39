using System.Net;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>What the clients of each address take together.</summary>
internal sealed class AddressBook(ListenLimitOptions limits, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, AddressShare> shares = [];

    /// <summary>A connection of that address has come. False when it has its share already.</summary>
    public bool TryEnter(IPAddress address, out AddressShare share)
    {
        lock (gate)
        {
            if (!shares.TryGetValue(address, out share!))
            {
                share = new AddressShare(address, RateLimit.Create(limits.AddressMessagesPerSecond, limits.AddressBytesPerSecond, time));
                shares.Add(address, share);
            }

            if (share.Connections >= limits.MaxConnectionsPerAddress) return false;
            share.Connections++;
            return true;
        }
    }

    public void Leave(AddressShare share)
    {
        lock (gate)
        {
            if (--share.Connections == 0) shares.Remove(share.Address);
        }
    }
}

/// <summary>One address: how many connections it has, and what they may send together.</summary>
internal sealed class AddressShare(IPAddress address, RateLimit? limit)
{
    public IPAddress Address { get; } = address;

    public RateLimit? Limit { get; } = limit;

    public int Connections { get; set; }
}
