using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Unroll.Tests.Data.Sets;

/// <summary>The checksum that the data sets' owners publish.</summary>
internal static class Md5Sum
{
    [SuppressMessage("Security", "CA5351", Justification = "A published checksum, not a safeguard against forgery.")]
    public static string Of(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
}
