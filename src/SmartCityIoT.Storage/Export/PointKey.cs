namespace SmartCityIoT.Storage.Export;

/// <summary>Place of a row in the order in which every store hands out its rows. Two rows with the same key are the same sample.</summary>
/// <param name="Day">UTC day, in days since the Unix epoch.</param>
/// <param name="Time">Unix microseconds.</param>
public readonly record struct PointKey(long Day, PointGroup Group, ulong Device, int Channel, long Time) : IComparable<PointKey>
{
    public const long DayMicroseconds = 86_400_000_000;

    public static bool operator <(PointKey left, PointKey right) => left.CompareTo(right) < 0;

    public static bool operator >(PointKey left, PointKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(PointKey left, PointKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PointKey left, PointKey right) => left.CompareTo(right) >= 0;

    /// <summary>Day of a time in Unix microseconds, also before 1970.</summary>
    public static long DayOf(long microseconds) => Math.DivRem(microseconds, DayMicroseconds, out var rest) - (rest < 0 ? 1 : 0);

    public int CompareTo(PointKey other)
    {
        if (Day != other.Day) return Day.CompareTo(other.Day);
        if (Group != other.Group) return Group.CompareTo(other.Group);
        if (Device != other.Device) return Device.CompareTo(other.Device);
        return Channel != other.Channel ? Channel.CompareTo(other.Channel) : Time.CompareTo(other.Time);
    }
}
