namespace SmartCityIoT.Storage.Export;

/// <summary>What is kept of a copy, so that it goes on where it was.</summary>
public sealed record CopyState
{
    /// <summary>Last row that the destination is known to hold; null before the first.</summary>
    public PointKey? Done { get; init; }

    /// <summary>The flush that was under way: whether it was committed, the embedded store says by its cursor.</summary>
    public CopyIntent? Intent { get; init; }

    /// <summary>Rows that were refused for good.</summary>
    public long Refused { get; init; }

    /// <summary>Bytes of the file of refused rows that belong to <see cref="Done"/>.</summary>
    public long RefusedBytes { get; init; }

    /// <summary>Rows that repeat a sample under another placement: the embedded store keeps one of them.</summary>
    public IReadOnlyList<RowCount> Repeated { get; init; } = [];
}

/// <summary>A flush before it starts.</summary>
/// <param name="Last">Its last row.</param>
/// <param name="Generation">Identity of the embedded store; "" of another.</param>
/// <param name="Position">Journal position that the embedded store held.</param>
/// <param name="Order">Order of the embedded store's next row.</param>
/// <param name="Rows">Rows that the flush holds.</param>
public sealed record CopyIntent(PointKey Last, string Generation, long Position, long Order, int Rows);
