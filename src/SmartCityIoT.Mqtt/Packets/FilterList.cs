namespace SmartCityIoT.Mqtt.Packets;

/// <summary>The topic filters of an UNSUBSCRIBE as they stand in it. Walk them with <c>foreach</c>; nothing is allocated.</summary>
public readonly ref struct FilterList
{
    internal FilterList(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    public ReadOnlySpan<byte> Bytes { get; }

    public FilterEnumerator GetEnumerator() => new(Bytes);
}
