using System.Globalization;

namespace SmartCityIoT.Storage.Recovery;

/// <summary>Puts a database file that cannot be used out of the way, so that nothing is deleted and the platform still starts.</summary>
public static class DamagedFile
{
    /// <summary>
    /// Renames <paramref name="path"/> and its companions, where they exist, to <c>name.damaged-20260131T104500123Z</c>. The time stamp is
    /// the same for all, so that they can be opened together again.
    /// </summary>
    /// <param name="companions">Suffixes such as <c>-wal</c> or <c>.wal</c>.</param>
    /// <returns>The new name of <paramref name="path"/>, which the companions have with their suffix at its end.</returns>
    /// <exception cref="IOException">A file could not be renamed.</exception>
    public static string SetAside(string path, DateTimeOffset now, params ReadOnlySpan<string> companions)
    {
        var aside = path + ".damaged-" + now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
        var target = aside;
        for (var copy = 2; File.Exists(target); copy++) target = $"{aside}-{copy}";
        if (File.Exists(path)) File.Move(path, target);
        foreach (var suffix in companions)
        {
            if (File.Exists(path + suffix)) File.Move(path + suffix, target + suffix, overwrite: true);
        }

        return target;
    }
}
