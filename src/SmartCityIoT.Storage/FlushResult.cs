namespace SmartCityIoT.Storage;

/// <summary>What became of the points of one flush.</summary>
/// <param name="Points">Points that the store took.</param>
/// <param name="Refused">Points that it will never take, for the dead letters.</param>
public sealed record FlushResult(int Points, IReadOnlyList<RefusedPoint> Refused)
{
    public static FlushResult Empty { get; } = new(0, []);
}

/// <summary>One point that the store refused for good.</summary>
/// <param name="Device">EUI-64; with <paramref name="Boot"/> and <paramref name="Sequence"/> the identity of its frame.</param>
/// <param name="Line">The point as it was offered.</param>
/// <param name="Reason">The store's own words.</param>
public sealed record RefusedPoint(ulong Device, byte Boot, ushort Sequence, string Line, string Reason);
