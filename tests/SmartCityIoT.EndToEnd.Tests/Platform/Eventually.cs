using System.Diagnostics;

namespace SmartCityIoT.EndToEnd.Tests.Platform;

/// <summary>Waits for what must come true, and says what stood there instead when it did not.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public static async Task<T> IsAsync<T>(Func<Task<T>> read, Func<T, bool> isRight, string what)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var value = await read();
            if (isRight(value)) return value;
            if (waited.Elapsed > Limit) Assert.Fail($"{what}: still {value} after {Limit.TotalSeconds:F0} s");
            await Task.Delay(Interval);
        }
    }

    public static Task EqualAsync(long expected, Func<Task<long>> read, string what) => IsAsync(read, value => value == expected, $"{what} should be {expected}");
}
