using SmartCityIoT.Storage.Questions;

namespace SmartCityIoT.Storage.Export;

/// <summary>Reads back all that a store holds, raw, so that it can be moved, exported and counted.</summary>
public interface IRawRows
{
    /// <summary>
    /// Every row of the range in the order of <see cref="PointKey"/>: UTC day by day, then by kind and sector, device, channel and time. Memory is
    /// bounded whatever the range. Of several rows for one sample the last is handed out, where the store knows which one that is.
    /// </summary>
    /// <exception cref="StoreQuestionUnsupportedException">The server has no language for questions.</exception>
    /// <exception cref="StoreUnavailableException">The server cannot be asked at the moment.</exception>
    IAsyncEnumerable<StoredPoint> ReadAsync(RangeQuestion question, CancellationToken cancellationToken);

    /// <summary>
    /// How many rows <see cref="ReadAsync"/> hands out for each day and group, in that order, those without rows left out. Counted by the store, so
    /// that it proves more than reading again.
    /// </summary>
    /// <exception cref="StoreQuestionUnsupportedException">The server has no language for questions.</exception>
    /// <exception cref="StoreUnavailableException">The server cannot be asked at the moment.</exception>
    Task<IReadOnlyList<RowCount>> CountAsync(RangeQuestion question, CancellationToken cancellationToken);
}
