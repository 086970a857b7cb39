namespace SmartCityIoT.Devices.Lookup;

/// <summary>Compares the valid credentials of two entries of the same account.</summary>
internal static class CredentialHashes
{
    public static bool Equal(ReadOnlySpan<byte[]> left, ReadOnlySpan<byte[]> right)
    {
        if (left.Length != right.Length) return false;
        for (var index = 0; index < left.Length; index++)
        {
            if (!left[index].AsSpan().SequenceEqual(right[index])) return false;
        }

        return true;
    }
}
